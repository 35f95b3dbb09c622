// Drives Chromium for the tests: JSON commands on stdin, JSON answers on stdout, one per line.

import readline from "node:readline";
import { createRequire } from "node:module";

const [modules, executablePath] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { chromium } = require("playwright-core");
const IWER = `${modules}/iwer/build/iwer.min.js`;

const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-unsafe-swiftshader"],
});
const pages = new Map();

const commands = {
  async open({ page, url, headset }) {
    const context = await browser.newContext({ ignoreHTTPSErrors: true,
      // The emulated headset renders at the window's size, without a GPU here.
      viewport: headset ? { width: 320, height: 240 } : { width: 1120, height: 900 } });
    const opened = await context.newPage();
    const requests = [];
    const errors = [];
    opened.on("request", (request) => requests.push(request.url()));
    opened.on("pageerror", (error) => errors.push(String(error)));
    opened.on("console", (line) => line.type() === "error" && errors.push(line.text()));
    if (headset) {
      await opened.addInitScript({ path: IWER });
      await opened.addInitScript(() => {
        window.headset = new IWER.XRDevice(IWER.metaQuest3);
        window.headset.installRuntime({ forceInstall: true });
      });
    }
    pages.set(page, { opened, context, requests, errors });
    await opened.goto(url);
  },
  async evaluate({ page, script }) {
    return pages.get(page).opened.evaluate(`(${script})()`);
  },
  async down({ page, key }) { await pages.get(page).opened.keyboard.down(key); },
  async up({ page, key }) { await pages.get(page).opened.keyboard.up(key); },
  async press({ page, key }) { await pages.get(page).opened.keyboard.press(key); },
  async click({ page, selector }) { await pages.get(page).opened.click(selector); },
  async text({ page, selector }) { return pages.get(page).opened.textContent(selector); },
  async screenshot({ page, path }) {
    await pages.get(page).opened.screenshot({ path, fullPage: true });
  },
  async sleep({ ms }) { await new Promise((done) => { setTimeout(done, ms); }); },
  async seen({ page }) {
    const { requests, errors } = pages.get(page);
    return { requests, errors };
  },
  async close({ page }) {
    await pages.get(page).context.close();
    pages.delete(page);
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line);
  try {
    const answer = (await commands[name](given)) ?? null;
    process.stdout.write(`${JSON.stringify({ answer })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`);
  }
}
await browser.close();

/** Serves the built pages under the desktop's own policy and opens them in a browser. */
import { createServer } from "node:http";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ui = fileURLToPath(new URL("..", import.meta.url));
const pages = join(ui, "dist-mock");
const policy = JSON.parse(readFileSync(join(ui, "../src-tauri/tauri.conf.json"), "utf8")).app.security.csp;
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
const executable = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));

export const pictures = process.env.FIDEM_PICTURES ?? join(ui, "test-results");
mkdirSync(pictures, { recursive: true });

export async function openHouse() {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    const file = join(pages, path === "/" ? "index.html" : path);
    if (!file.startsWith(pages) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", "content-security-policy": policy });
    response.end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu"] });
  const address = `http://127.0.0.1:${server.address().port}/`;

  /** A fresh window; `complaints` collects what the page should never cause. */
  async function open({ language = "zh-CN", scheme = "light", query = "", path = "", width = 1280, height = 800, clock = false } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce", locale: language, timezoneId: "America/New_York" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    // Long enough for a machine that builds something else beside it.
    page.setDefaultTimeout(60_000);
    if (clock) await page.clock.install();
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
    });
    page.on("request", (request) => {
      if (!/^(http:\/\/127\.0\.0\.1|blob:|data:)/.test(request.url())) complaints.push(`request: ${request.url()}`);
    });
    await page.addInitScript((chosen) => {
      localStorage.setItem("fidem.language", chosen);
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
    }, language);
    await page.goto(`${address}?${query}#${path}`);
    // The shell is loaded lazily and the page listens to it once mounted; a person is slower than that, a test is not.
    await page.waitForFunction(() => window.fidemMock !== undefined && document.querySelector("h1, h2") !== null);
    await page.waitForTimeout(300);
    return { page, complaints, close: () => context.close() };
  }
  return { open, close: async () => { await browser.close(); server.close(); } };
}

/** Whether a text has stood on the page since, however briefly. */
export async function witness(page, text) {
  const found = await page.evaluateHandle((text) => {
    const found = { text, seen: false };
    const look = () => { found.seen ||= document.body.innerText.includes(text); };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
    return found;
  }, text);
  return () => found.evaluate(({ seen }) => seen);
}

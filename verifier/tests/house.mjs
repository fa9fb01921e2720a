/** Opens verifier.html by file:// in a browser that is watched. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export const root = resolve(import.meta.dirname, '../..')
export const verifier = process.env.FIDEM_VERIFIER ?? join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'verifier/verifier.html')
export const pictures = process.env.FIDEM_PICTURES
if (pictures) mkdirSync(pictures, { recursive: true })

const modules = createRequire(join(root, 'ui/package.json'))
const { chromium } = modules('playwright-core')
export const axe = modules.resolve('axe-core')
const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => path && existsSync(path))

/** A browser that logs its traffic. */
export async function openHouse(extra = []) {
  const work = mkdtempSync(join(tmpdir(), 'fidem-verifier-'))
  const log = join(work, 'net.json')
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', `--log-net-log=${log}`, ...extra]
  const browser = await chromium.launch({ executablePath: executable, args })

  /** A fresh window; `complaints` collects what the page should never cause. */
  async function open({ language = 'zh-CN', scheme = 'light', width = 1280, height = 900, before, ...more } = {}) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, reducedMotion: 'reduce', locale: language, acceptDownloads: true, ...more })
    const complaints = []
    context.on('request', (request) => {
      if (!/^(blob|file):/.test(request.url()) || (request.url().startsWith('file:') && request.url() !== address)) complaints.push(`request: ${request.url()}`)
    })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
    })
    if (before) await page.addInitScript(before)
    await page.goto(address)
    if (more.javaScriptEnabled !== false) await page.waitForFunction(() => !document.querySelector('#work').hidden || !document.querySelector('#cause').hidden)
    return { page, context, complaints, close: () => context.close() }
  }

  /** Closes the browser and gives the requests that pages began. */
  async function close() {
    await browser.close()
    const sought = begun(log)
    rmSync(work, { recursive: true })
    return sought
  }
  return { open, close, browser, work }
}

const address = pathToFileURL(verifier).href

/** Requests that a page began, as the browser's own log has them; what the browser asks for itself has no origin. */
function begun(log) {
  const text = readFileSync(log, 'utf8')
  const start = JSON.parse(text.slice(text.indexOf('"URL_REQUEST_START_JOB":') + 24).match(/^\d+/)[0])
  const lines = text.split('\n').filter((line) => line.includes(`"type":${start}}`) || line.includes(`"type":${start},`))
  const events = lines.map((line) => JSON.parse(line.replace(/,\s*$/, '').replace(/\]\}?$/, '')).params).filter((params) => params?.url)
  return { requests: events.length, ofPages: events.filter(({ url, initiator }) => initiator !== 'not an origin' && !/^(file|blob|data):/.test(url)).map(({ url }) => url) }
}

/** Hands files in by the chooser; `roles` names the use of some by their file name. */
export async function handIn(page, files, { trust = [], at, roles = {} } = {}) {
  const rows = () => page.locator('#list tbody tr').count()
  const due = (await rows()) + files.length + trust.length
  if (files.length > 0) await page.setInputFiles('#files', files)
  if (trust.length > 0) await page.setInputFiles('#trust', trust)
  await page.waitForFunction((count) => document.querySelectorAll('#list tbody tr').length === count, due)
  for (const [name, role] of Object.entries(roles)) await row(page, name).locator('select').selectOption(role)
  if (at) await page.$eval('#at', (input, value) => (input.value = value), at)
}

/** Verifies what was handed in before and now. */
export async function verify(page, files = [], options = {}) {
  await handIn(page, files, options)
  await page.click('#start')
  await page.waitForFunction(() => document.querySelector('#running').hidden, null, { timeout: 120_000 })
}

/** Takes one file off the list. */
export async function remove(page, name) {
  await row(page, name).locator('button').click()
}

function row(page, name) {
  return page.locator('#list tbody tr').filter({ has: page.getByText(name, { exact: true }).and(page.locator('.file-name')) })
}

/** Takes everything off the list. */
export async function clear(page) {
  while ((await page.locator('#list tbody tr').count()) > 0) await page.locator('#list tbody tr button').first().click()
}

/** The JSON that the page shows, in one language. */
export async function shown(page, language) {
  await page.click(`[data-language="${language}"]`)
  const found = []
  for (const report of await page.$$('.report')) {
    found.push(await report.$eval('details', (details) => new Promise((done) => {
      details.addEventListener('toggle', () => done(details.querySelector('pre').textContent), { once: true })
      details.open = true
    })))
  }
  return found
}

export async function picture(page, name, { full = true } = {}) {
  if (!pictures) return
  await page.evaluate(() => scrollTo(0, 0))
  await page.screenshot({ path: join(pictures, `verifier-${name}.png`), fullPage: full })
}

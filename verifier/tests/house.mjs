/** Opens verifier.html by file:// in a browser that is watched. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { existsSync } from 'node:fs'
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

/** A browser whose every name and connection is logged. */
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
    return { page, context, complaints, close: () => context.close() }
  }

  /** Closes the browser and gives the connections and look-ups that it made. */
  async function close() {
    await browser.close()
    const sought = connections(log)
    rmSync(work, { recursive: true })
    return sought
  }
  return { open, close, browser, work }
}

const address = pathToFileURL(verifier).href

/** Names looked up and addresses connected to, as the browser's own log has them. */
function connections(log) {
  const text = readFileSync(log, 'utf8').trim().replace(/,$/, '')
  const { constants, events } = JSON.parse(text.endsWith('}') && text.includes('"polledData"') ? text : `${text.replace(/\]?\}?$/, '')}]}`)
  const kinds = constants.logEventTypes
  const telling = new Map(['TCP_CONNECT', 'TCP_CONNECT_ATTEMPT', 'HOST_RESOLVER_MANAGER_JOB', 'UDP_CONNECT', 'DNS_TRANSACTION', 'URL_REQUEST_START_JOB'].map((name) => [kinds[name], name]))
  return events
    .filter((event) => telling.has(event.type) && event.params)
    .map((event) => `${telling.get(event.type)} ${JSON.stringify(event.params)}`)
    .filter((line) => !/"url":"(file|blob|data|chrome)[:-]/.test(line))
}

/** Hands files in by the chooser and verifies them; `role` names the use of some by their file name. */
export async function verify(page, files, { trust = [], at, roles = {}, wait = true } = {}) {
  if (files.length > 0) await page.setInputFiles('#files', files)
  if (trust.length > 0) await page.setInputFiles('#trust', trust)
  await page.waitForFunction((count) => document.querySelectorAll('#list tbody tr').length === count, files.length + trust.length)
  for (const [name, role] of Object.entries(roles)) await page.locator('#list tr', { hasText: name }).locator('select').selectOption(role)
  if (at) await page.$eval('#at', (input, value) => (input.value = value), at)
  await page.click('#start')
  if (wait) await page.waitForFunction(() => document.querySelector('#running').hidden, null, { timeout: 120_000 })
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

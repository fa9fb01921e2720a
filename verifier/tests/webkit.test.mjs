/** The same page in WebKit, by file://, with the driver and the small browser of Debian's webkit2gtk-driver. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { pictures, verifier } from './house.mjs'
import { altered, at, hasFidem, native, sample } from './material.mjs'

const has = (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const browser = readdirSync('/usr/lib', { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
  .flatMap((entry) => ['4.1', '4.0'].map((version) => `/usr/lib/${entry.name}/webkit2gtk-${version}/MiniBrowser`))
  .find(existsSync)
const missing = ['WebKitWebDriver', 'xvfb-run', 'dbus-run-session'].filter((tool) => !has(tool))
const options = browser && missing.length === 0 ? {} : { skip: `not here: ${[...missing, ...(browser ? [] : ['MiniBrowser'])]}` }

/** A session of the driver, as W3C WebDriver has it. */
async function openSession() {
  const port = await new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })
  const env = { ...process.env, LIBGL_ALWAYS_SOFTWARE: '1', WEBKIT_DISABLE_DMABUF_RENDERER: '1', GTK_USE_PORTAL: '0' }
  const driver = spawn('xvfb-run', ['-a', '-s', '-screen 0 1400x1000x24', 'dbus-run-session', '--', 'WebKitWebDriver', `--port=${port}`], { env, stdio: 'ignore', detached: true })
  const call = async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) })
    const { value } = await answer.json()
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`)
    return value
  }
  for (let tries = 0; ; tries += 1) {
    try {
      await call('GET', '/status')
      break
    } catch (error) {
      if (tries > 150) throw error
      await new Promise((done) => setTimeout(done, 200))
    }
  }
  const wanted = { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } }
  const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: wanted } })
  const at = `/session/${sessionId}`
  const run = (script, ...args) => call('POST', `${at}/execute/sync`, { script, args })
  const element = async (css) => Object.values(await call('POST', `${at}/element`, { using: 'css selector', value: css }))[0]
  return {
    run,
    open: (url) => call('POST', `${at}/url`, { url }),
    put: async (css, path) => call('POST', `${at}/element/${await element(css)}/value`, { text: path }),
    picture: () => call('GET', `${at}/screenshot`),
    async until(script, ...args) {
      for (let tries = 0; tries < 300; tries += 1) {
        const found = await run(script, ...args)
        if (found) return found
        await new Promise((done) => setTimeout(done, 200))
      }
      throw new Error(`never: ${script}`)
    },
    async close() {
      await call('DELETE', at).catch(() => {})
      process.kill(-driver.pid)
    }
  }
}

test('a good, an altered and a partial package in both languages', { ...options, timeout: 300_000 }, async (t) => {
  const session = await openSession()
  const work = mkdtempSync(join(tmpdir(), 'fidem-webkit-'))
  t.after(async () => {
    await session.close()
    rmSync(work, { recursive: true })
  })
  t.diagnostic(`${browser}: ${await session.run('return navigator.userAgent')}`)
  await session.open(pathToFileURL(verifier).href)
  await session.until(`return !document.querySelector('#work').hidden`)
  await session.run(`globalThis.violations = []; addEventListener('securitypolicyviolation', (e) => violations.push(e.violatedDirective + ' ' + e.blockedURI)); addEventListener('error', (e) => violations.push(e.message))`)
  await session.put('#trust', sample.trust)
  await session.until(`return document.querySelectorAll('#list tbody tr').length === 1`)
  await session.run(`document.querySelector('#at').value = arguments[0]`, at)
  for (const [file, verdict] of [[sample.good, 'match'], [altered(work), 'mismatch'], [sample.partial, 'match']]) {
    await session.put('#files', file)
    await session.until(`return document.querySelectorAll('#list tbody tr').length === 2`)
    await session.run(`document.querySelector('#start').click()`)
    await session.until(`return document.querySelector('#running').hidden && document.querySelector('.report, .problem') !== null`)
    assert.equal(await session.run(`return document.querySelector('.problem')?.textContent ?? ''`), '')
    for (const lang of ['zh', 'en']) {
      await session.run(`document.querySelector('[data-language=' + arguments[0] + ']').click(); document.querySelector('.report details').open = true`, lang)
      assert.equal(await session.run(`return document.querySelector('.verdict').className`), `verdict ${verdict}`)
      const json = await session.until(`return document.querySelector('.report pre.raw').textContent`)
      if (hasFidem) assert.equal(json, native(work, file, { trust: [sample.trust], lang }), `${file} ${lang}`)
    }
    if (pictures && verdict === 'mismatch') writeFileSync(join(pictures, 'verifier-webkit.png'), Buffer.from(await session.picture(), 'base64'))
    await session.run(`document.querySelector('#list tbody tr:last-child button').click()`)
  }
  const asked = await session.run(`return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => !name.startsWith('blob:'))`)
  assert.deepEqual(asked, [], 'nothing was fetched')
  assert.deepEqual(await session.run('return violations'), [])
})

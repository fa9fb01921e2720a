/** SM3 in a browser: our module against `sm-crypto` and `hash-wasm`, in one tab, in turns.
 *
 *    node verifier/bench/sm3.mjs "$(scripts/wasm.sh bench | tail -1)" [ROUNDS] [MEBIBYTES]   prints the table of BENCH.md
 *
 *  The module is verifier.html's with one function more, SM3 of a file by itself; `fingerprint`, which the page calls,
 *  computes SHA-256 and SM3 in one pass. All but `sm-crypto`, which takes the whole message, are fed 1 MiB at a time as the
 *  page feeds its module. Rivals are installed in a temporary folder. Time is the renderer's processor time as the browser
 *  counts it, in steps of 10 ms. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHouse } from '../tests/house.mjs'

const rivals = { 'sm-crypto': '0.5.8', 'hash-wasm': '4.13.0' }
assert.ok(process.argv[2], 'the module that scripts/wasm.sh bench built')
const module = readFileSync(process.argv[2])
const rounds = Number(process.argv[3] ?? 3)
const length = Number(process.argv[4] ?? 64) * 2 ** 20

/** Octets that anyone can make again: a linear congruential generator, the upper eight bits of each state. */
function message(length) {
  const octets = new Uint8Array(length)
  let state = 1
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    octets[at] = state >>> 24
  }
  return octets
}

/** In the page: what is measured, each a function of the message that gives digests in hex. */
async function contestants(module) {
  const octets = Uint8Array.from(atob(module), (letter) => letter.charCodeAt(0))
  let memory
  const host = {
    size: () => globalThis.octets.length,
    read: (_, offset, address, length) => {
      new Uint8Array(memory.buffer, address >>> 0, length >>> 0).set(globalThis.octets.subarray(offset, offset + length))
      return 0
    },
    progress: () => {}
  }
  const { instance } = await WebAssembly.instantiate(octets, { host })
  const { exports } = instance
  memory = exports.memory
  const [sm3, sha256] = [await globalThis.hashwasm.createSM3(), await globalThis.hashwasm.createSHA256()]
  const inPieces = (...hashers) => {
    for (const hasher of hashers) hasher.init()
    for (let at = 0; at < globalThis.octets.length; at += 2 ** 20) {
      for (const hasher of hashers) hasher.update(globalThis.octets.subarray(at, at + 2 ** 20))
    }
    return hashers.map((hasher) => hasher.digest())
  }
  const answered = (call) => {
    const answer = BigInt.asUintN(64, call(0))
    const [address, length] = [Number(answer & 0xffffffffn), Number(answer >> 32n)]
    const text = new TextDecoder().decode(new Uint8Array(memory.buffer, address, length))
    exports.free(address, length)
    return text
  }
  globalThis.contestants = {
    ours: () => [answered(exports.sm3)],
    'ours both': () => {
      const found = JSON.parse(answered(exports.fingerprint))
      return [found.sm3, found.sha256]
    },
    'sm-crypto': () => [globalThis.smcrypto(globalThis.octets)],
    'hash-wasm': () => inPieces(sm3),
    'hash-wasm both': () => inPieces(sm3, sha256)
  }
}

const work = mkdtempSync(join(tmpdir(), 'fidem-sm3-'))
const named = Object.entries(rivals).map(([name, version]) => `${name}@${version}`)
const installed = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', work, ...named], { stdio: 'inherit' })
assert.equal(installed.status, 0, 'npm install')
const octets = message(length)
const due = [createHash('sm3').update(octets).digest('hex'), createHash('sha256').update(octets).digest('hex')]

const house = await openHouse()
const page = await house.browser.newPage()
page.setDefaultTimeout(0)
// UMD bundles: each leaves its exports on `module`, or names itself.
const script = (path) => readFileSync(join(work, 'node_modules', path), 'utf8')
await page.addScriptTag({ content: `{ const module = { exports: {} }; const exports = module.exports; ${script('sm-crypto/dist/sm3.js')}; globalThis.smcrypto = module.exports }` })
await page.addScriptTag({ content: script('hash-wasm/dist/index.umd.min.js') })
await page.addScriptTag({ content: `${message}; globalThis.octets = message(${length})` })
await page.evaluate(contestants, module.toString('base64'))

const browser = await house.browser.newBrowserCDPSession()
const processor = async () => {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo')
  return processInfo.filter((one) => one.type === 'renderer').reduce((sum, one) => sum + one.cpuTime, 0)
}

const names = ['ours', 'hash-wasm', 'ours both', 'hash-wasm both', 'sm-crypto']
const best = Object.fromEntries(names.map((name) => [name, { cpu: Infinity, wall: Infinity }]))
for (let round = 0; round <= rounds; round += 1) {
  for (const name of names) {
    // It compiles itself within its first seconds.
    if (round === 0 && name === 'sm-crypto') continue
    const before = await processor()
    const { found, wall } = await page.evaluate((name) => {
      const begun = performance.now()
      const found = globalThis.contestants[name]()
      return { found, wall: (performance.now() - begun) / 1000 }
    }, name)
    const cpu = (await processor()) - before
    assert.deepEqual(found, due.slice(0, found.length), name)
    // The first round lets the compilers finish.
    if (round > 0) best[name] = { cpu: Math.min(best[name].cpu, cpu), wall: Math.min(best[name].wall, wall) }
  }
}

const version = house.browser.version()
await house.close()
rmSync(work, { recursive: true })

const rate = (name) => `${best[name].cpu.toFixed(3)} s, ${Math.round(length / best[name].cpu / 1e6)} MB/s (${best[name].wall.toFixed(3)} s passed)`
const row = (what, rival, name, target, ours = 'ours') => {
  const ratio = best[name].cpu / best[ours].cpu
  const pass = target ? (ratio >= target ? 'yes' : ratio >= 0.9 * target ? 'within 10 %' : 'no') : 'stated'
  return `| ${what} | ${rate(ours)} | ${rival}: ${rate(name)} | ${ratio.toFixed(2)} | ${target ? `≥ ${target.toFixed(1)}` : '–'} | ${pass} |`
}
const mebibytes = length / 2 ** 20
console.log('| | ours | rival | ratio | target | pass |\n|---|---|---|---|---|---|')
console.log(row(`${mebibytes} MiB: SM3`, '`hash-wasm`', 'hash-wasm', 1.4))
console.log(row(`${mebibytes} MiB: SM3`, '`sm-crypto`', 'sm-crypto', 6))
console.log(row(`${mebibytes} MiB: both digests, as the page takes them`, '`hash-wasm`', 'hash-wasm both', undefined, 'ours both'))
console.log(row(`${mebibytes} MiB: both digests, against SM3 alone`, '`sm-crypto`', 'sm-crypto', 6, 'ours both'))
console.log(`\nChromium ${version}, ${named.join(', ')}; best of ${rounds} in turns; module SHA-256 ${createHash('sha256').update(module).digest('hex')}.`)

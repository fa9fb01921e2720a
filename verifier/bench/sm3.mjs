/** SM3 in a browser: the module of verifier.html against `sm-crypto` and `hash-wasm`, in one tab, in turns.
 *
 *    node verifier/bench/sm3.mjs [ROUNDS] [MEBIBYTES]      prints the table of BENCH.md
 *
 *  FIDEM_VERIFIER names the page. Rivals are installed in a temporary folder. The module has no function for SM3 alone:
 *  `fingerprint` computes SHA-256 and SM3 in one pass and is fed as the page feeds it, 1 MiB at a time. So it is compared
 *  with the rivals' SM3 alone, which is less work than ours; with both digests of hash-wasm over the same pieces; and what
 *  the browser's sampling profiler leaves of `fingerprint` without SHA-256, with hash-wasm's SM3.
 *  Time is the renderer's processor time as the browser counts it, in steps of 10 ms. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { openHouse, verifier } from '../tests/house.mjs'

const rivals = { 'sm-crypto': '0.5.8', 'hash-wasm': '4.13.0' }
const rounds = Number(process.argv[2] ?? 3)
const length = Number(process.argv[3] ?? 64) * 2 ** 20

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
  globalThis.contestants = {
    ours: () => {
      const answer = BigInt.asUintN(64, exports.fingerprint(0))
      const [address, length] = [Number(answer & 0xffffffffn), Number(answer >> 32n)]
      const found = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, address, length)))
      exports.free(address, length)
      return [found.sm3, found.sha256]
    },
    'sm-crypto': () => [globalThis.smcrypto(globalThis.octets)],
    'hash-wasm': () => inPieces(sm3),
    'hash-wasm both': () => inPieces(sm3, sha256)
  }
}

/** The index of the one function of a module that holds a 32-bit constant, as the profiler names it. */
function holderOf(module, constant) {
  let at = 8
  const number = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const octet = module[at++]
      value += (octet & 127) * 2 ** shift
      if (octet < 128) return value
    }
  }
  const signed = []
  for (let rest = constant | 0; ; rest >>= 7) {
    const last = (rest >> 7 === 0 && !(rest & 64)) || (rest >> 7 === -1 && rest & 64)
    signed.push((rest & 127) | (last ? 0 : 128))
    if (last) break
  }
  const sought = Buffer.from([0x41, ...signed])
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(module)).filter((one) => one.kind === 'function').length
  while (at < module.length) {
    const [section, size] = [module[at++], number()]
    if (section !== 10) {
      at += size
      continue
    }
    const found = []
    for (let index = imported, end = imported + number(); index < end; index += 1) {
      const length = number()
      if (module.subarray(at, at + length).includes(sought)) found.push(index)
      at += length
    }
    assert.equal(found.length, 1, `functions with the constant ${constant.toString(16)}: ${found}`)
    return `wasm-function[${found[0]}]`
  }
  throw new Error('no code')
}

const work = mkdtempSync(join(tmpdir(), 'fidem-sm3-'))
const named = Object.entries(rivals).map(([name, version]) => `${name}@${version}`)
const installed = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', work, ...named], { stdio: 'inherit' })
assert.equal(installed.status, 0, 'npm install')
const packed = /<script type="application\/gzip"[^>]*>([^<]*)/.exec(readFileSync(verifier, 'utf8'))[1]
const module = gunzipSync(Buffer.from(packed, 'base64'))
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

const names = ['ours', 'sm-crypto', 'hash-wasm', 'hash-wasm both']
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

/** The part of `fingerprint` that is not SHA-256: SM3, and the copying that it would need alone. */
async function withoutSha256() {
  const session = await page.context().newCDPSession(page)
  await session.send('Profiler.enable')
  await session.send('Profiler.setSamplingInterval', { interval: 500 })
  await session.send('Profiler.start')
  await page.evaluate((times) => { for (let n = 0; n < times; n += 1) globalThis.contestants.ours() }, rounds)
  const { profile } = await session.send('Profiler.stop')
  const names = new Map(profile.nodes.map((node) => [node.id, node.callFrame.functionName]))
  const spent = {}
  profile.samples.forEach((id, index) => (spent[names.get(id)] = (spent[names.get(id)] ?? 0) + Math.max(0, profile.timeDeltas[index])))
  // SM3's first constant stands in its code; of the other functions, the longest is SHA-256's.
  const ofSm3 = holderOf(module, 0x79cc4519)
  const [sm, sha] = [spent[ofSm3], Math.max(...Object.entries(spent).map(([name, time]) => (name.startsWith('wasm-') && name !== ofSm3 ? time : 0)))]
  const outside = ['(idle)', '(program)', '(root)', '(garbage collector)']
  const all = Object.entries(spent).reduce((sum, [name, time]) => sum + (outside.includes(name) ? 0 : time), 0)
  assert.ok(sm > 0.2 * all && sha > 0.2 * all, 'both compression functions are found')
  return (all - sha) / all
}
const share = await withoutSha256()
best['ours without SHA-256'] = { cpu: best.ours.cpu * share, wall: best.ours.wall * share }
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
console.log(row(`${mebibytes} MiB: both digests, against SM3 alone`, '`sm-crypto`', 'sm-crypto', 6))
console.log(row(`${mebibytes} MiB: both digests, against SM3 alone`, '`hash-wasm`', 'hash-wasm'))
console.log(row(`${mebibytes} MiB: SM3 as ${Math.round(share * 100)} % of both digests, against SM3 alone`, '`hash-wasm`', 'hash-wasm', 1.4, 'ours without SHA-256'))
console.log(row(`${mebibytes} MiB: both digests, against both digests`, '`hash-wasm`', 'hash-wasm both', 1.4))
console.log(`\nChromium ${version}, ${named.join(', ')}; best of ${rounds} in turns; module SHA-256 ${createHash('sha256').update(module).digest('hex')}.`)

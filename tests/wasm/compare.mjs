// The verifier as a WebAssembly module must give the report of the command line, octet for octet.
//   node tests/wasm/compare.mjs MODULE      (CARGO_TARGET_DIR holds debug/fidem)
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { load, parts, request } from './module.mjs'

const root = resolve(import.meta.dirname, '../..')
const fidem = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/fidem')
const languages = ['zh', 'en']
const day = 86_400_000
const instant = (days) => new Date(Date.now() + days * day).toISOString().replace(/\.\d+/, '')
const tomorrow = instant(1)

let passed = 0
const failures = []
function check(what, good, detail = '') {
  if (good) passed += 1
  else failures.push(what)
  if (!good) console.error(`FAIL ${what}\n${detail}`)
}

const verifier = await load(readFileSync(process.argv[2]))
const work = mkdtempSync(join(tmpdir(), 'fidem-wasm-'))
try {
  demonstration()
  samples()
  vectors()
  refusals()
  memory()
} finally {
  rmSync(work, { recursive: true })
}
console.log(`${passed} passed, ${failures.length} failed`)
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1

/** A demonstration made now: package, receipt, tokens and log proof; whole, altered, with and without trust. */
function demonstration() {
  native(['demo', '--json'], [0])
  const trust = ['demo-trust.pem']
  const originals = below(join(root, 'samples/case-shop'))
  members('demo.asice', ['META-INF/timestamp001.tst', 'META-INF/ASiCManifest001.xml', 'META-INF/timestamp002.tst'])
  members('demo.asice', ['seals/001/seal.json', 'proofs/log/001.tlog-proof', 'META-INF/ASiCManifest002.xml'])
  const digest = `sha256:${spawnSync('sha256sum', ['ASiCManifest001.xml'], { cwd: work }).stdout.toString().slice(0, 64)}`
  const otherDigest = `sha256:${'0'.repeat(64)}`

  same('demo.asice', { trust, verdict: 'match' })
  same('demo.asice', { verdict: 'cannot-check' })
  same('demo.asice', { trust, at: instant(365 * 30) })
  same('demo.asice', { trust, at: instant(-1) })
  same('demo-receipt.pdf', { trust, data: originals, verdict: 'match' })
  same('demo-receipt.pdf', { data: originals, verdict: 'cannot-check' })
  same('demo-receipt.pdf', { trust, data: [...originals, 'demo-trust.pem'], verdict: 'mismatch' })
  same('demo-receipt.pdf', { trust })
  same('timestamp001.tst', { trust, data: ['ASiCManifest001.xml'], verdict: 'match' })
  same('timestamp002.tst', { trust, data: ['ASiCManifest002.xml'], verdict: 'match' })
  same('timestamp001.tst', { data: ['ASiCManifest001.xml'], verdict: 'cannot-check' })
  same('timestamp001.tst', { trust, data: ['ASiCManifest002.xml'], verdict: 'mismatch' })
  same('timestamp001.tst', { trust, digest, verdict: 'match' })
  same('timestamp001.tst', { trust, digest: otherDigest, verdict: 'mismatch' })
  same('timestamp001.tst', { trust })
  same('001.tlog-proof', { trust, data: ['seal.json'] })
  same('001.tlog-proof', {})
  same('demo-trust.pem', { verdict: 'cannot-check' })

  flipped('demo.asice', 'demo.asice', 40, { trust })
  flipped('demo-receipt.pdf', 'demo-receipt.pdf', 40, { trust, data: originals })
  flipped('timestamp001.tst', 'timestamp001.tst', 40, { trust, data: ['ASiCManifest001.xml'] })
  flipped('demo-trust.pem', 'demo.asice', 10, {})
  shortened('demo.asice', { trust })
  shortened('demo-receipt.pdf', { trust })
  shortened('timestamp001.tst', { trust, data: ['ASiCManifest001.xml'] })
  evidenceFlipped(trust)
}

/** Packages that anyone may verify, where the clone has them; `*.pem` or `trust.json` beside them is their trust. */
function samples() {
  const folders = ['samples/packages', 'docs/format/example'].map((f) => join(root, f)).filter((f) => existsSync(f))
  for (const file of folders.flatMap(below).filter((f) => /\.(asice|pdf|tst|tlog-proof)$/.test(f))) {
    const beside = readdirSync(dirname(file)).filter((f) => f.endsWith('.pem') || f === 'trust.json')
    same(file, {})
    if (beside.length > 0) same(file, { trust: [join(dirname(file), beside.sort()[0])] })
  }
}

/** Proofs of others, where FIDEM_VECTORS names them. */
function vectors() {
  const folder = process.env.FIDEM_VECTORS
  if (!folder || !existsSync(folder)) return console.log('skipped: no vectors of others (FIDEM_VECTORS)')
  for (const file of below(join(folder, 'ots')).filter((f) => f.endsWith('.ots'))) {
    const data = file.replace(/\.ots$/, '')
    same(file, { data: existsSync(data) ? [data] : [] })
  }
  const headers = below(join(folder, 'btc')).filter((f) => f.endsWith('.bin'))
  same(join(folder, 'ots/hello-world.txt.ots'), { headers, what: 'hello-world.txt.ots with headers' })
  for (const file of below(join(folder, 'tsa/curated')).filter((f) => /\.(tok|tsr)$/.test(f))) {
    const root = file.replace(/\.\w+$/, '.ca.pem')
    same(file, { trust: existsSync(root) ? [root] : undefined, say: ['zh'] })
  }
}

/** Requests that do not follow the form are refused in words, never by a trap. */
function refusals() {
  const good = { at: tomorrow, lang: 'en' }
  const subject = Buffer.from('%PDF-1.7')
  const refused = (what, octets, code) => {
    const answer = JSON.parse(verifier.run(octets))
    check(`refused: ${what}`, answer.error?.code === code && answer.error.message.length > 0, JSON.stringify(answer))
  }
  refused('nothing', request('', []), 'usage')
  refused('no JSON', request('no', [subject]), 'usage')
  refused('no time', request({ lang: 'en' }, [subject]), 'usage')
  refused('no subject', request(good, []), 'usage')
  refused('a file too many', request(good, [subject, subject]), 'usage')
  refused('a file too few', request({ ...good, data: ['a', 'b'] }, [subject, subject]), 'usage')
  refused('another time', request({ ...good, at: '22.11.2026' }, [subject]), 'usage')
  refused('another language', request({ ...good, lang: 'fr' }, [subject]), 'usage')
  refused('another digest', request({ ...good, digest: 'sha256:00' }, [subject]), 'usage')
  refused('headers that are not there', request({ ...good, headers: ['h'] }, [subject]), 'usage')
  refused('an unknown option', request({ ...good, trusted: [] }, [subject]), 'usage')
  refused('no trust', request({ ...good, trust: ['t'] }, [subject, Buffer.from('{}')]), 'trust')
  const whole = { ...good, digest: `sha256:${'0'.repeat(64)}`, data: ['d'] }
  refused('digest and data', request(whole, [subject, subject]), 'usage')
}

/** One verification, worded twice. */
function bothLanguages(octets) {
  const [zh, en] = parts(verifier.run(octets('both')))
  check('both languages are those of two runs', zh.equals(verifier.run(octets('zh'))) && en.equals(verifier.run(octets('en'))))
  check('progress is told to the end', verifier.host.told.length > 1 && verifier.host.told.at(-1)[0] === verifier.host.told.at(-1)[1])
  check('no read is longer than a block', verifier.host.largest <= 1 << 20, `${verifier.host.largest}`)
}

/** What is handed out is given back: the same request again and again takes no more memory. */
function memory() {
  const files = [readFileSync(join(work, 'demo.asice')), readFileSync(join(work, 'demo-trust.pem'))]
  const spoken = (lang) => request({ at: tomorrow, lang, trust: ['demo-trust.pem'] }, files)
  verifier.host.largest = 0
  bothLanguages(spoken)
  const octets = spoken('zh')
  const first = verifier.run(octets)
  const before = verifier.size
  for (let round = 0; round < 20; round += 1) verifier.run(octets)
  check('the memory does not grow', verifier.size === before, `${before} -> ${verifier.size}`)
  check('the report stays the same', verifier.run(octets).equals(first))
  check('no room is said, not trapped', verifier.hasRoom(1 << 20) && !verifier.hasRoom(0xffff_fff0))
  const start = performance.now()
  verifier.run(octets)
  console.log(`${files[0].length} octets of package verified in ${Math.round(performance.now() - start)} ms`)
}

/** Compares both reports on one subject, in both languages. */
function same(subject, { trust, data = [], headers = [], digest, at = tomorrow, verdict, say = languages, what = '' }) {
  const read = (file) => readFileSync(resolve(work, file))
  const files = [subject, ...(trust ?? []), ...data, ...headers].map(read)
  for (const lang of say) {
    const octets = request({ at, lang, digest, trust, data, headers }, files)
    const line = ['verify', '--json', '--lang', lang, '--at', at, subject]
    if (trust) line.push('--trust', ...trust)
    if (digest) line.push('--digest', digest)
    if (data.length > 0) line.push('--data', ...data)
    if (headers.length > 0) line.push('--headers', ...headers)
    const name = `${what || basename(subject)} ${trust ? 'with' : 'without'} trust, ${lang}`
    compare(name, native(line, [0, 1, 2]), octets, verdict)
  }
}

function compare(name, expected, octets, verdict) {
  let answer
  try {
    answer = Buffer.concat([verifier.run(octets), Buffer.from('\n')])
  } catch (trap) {
    return check(name, false, `${trap.stack}`)
  }
  const report = JSON.parse(expected)
  if (report.error) {
    // Trust that cannot be read: the command line says more of what to do next.
    const code = JSON.parse(answer).error?.code
    return check(name, code === report.error.code, `native ${expected}\nwasm ${answer}`)
  }
  const equal = answer.equals(expected)
  check(name, equal && (verdict ?? report.verdict) === report.verdict, `native ${expected}\nwasm ${answer}`)
}

/** One octet of `file` altered at a time, at `count` places; `subject` is verified. */
function flipped(file, subject, count, options) {
  const whole = readFileSync(join(work, file))
  const altered = `altered-${file}`
  for (let place = 0; place < count; place += 1) {
    const octets = Buffer.from(whole)
    const at = Math.floor(((place + 0.5) * whole.length) / count)
    octets[at] ^= 1 << place % 8
    writeFileSync(join(work, altered), octets)
    const using = file === subject ? [altered, options] : [subject, { ...options, trust: [altered] }]
    same(using[0], { ...using[1], say: [languages[place % 2]], what: `${file} with octet ${at} altered` })
  }
}

/** The subject cut off at several places, and nothing at all. */
function shortened(file, options) {
  const whole = readFileSync(join(work, file))
  for (const part of [0, 1, 4, 64, whole.length >> 1, whole.length - 1]) {
    writeFileSync(join(work, `short-${file}`), whole.subarray(0, part))
    same(`short-${file}`, { ...options, what: `the first ${part} octets of ${file}` })
  }
}

/** An octet of a piece of evidence altered: both must find the mismatch. */
function evidenceFlipped(trust) {
  const octets = readFileSync(join(work, 'demo.asice'))
  const photo = readFileSync(join(root, 'samples/case-shop/04-现场/IMG_20260402_101533.jpg'))
  const at = octets.indexOf(photo)
  check('the evidence lies in the package uncompressed', at > 0)
  octets[at + 1000] ^= 1
  writeFileSync(join(work, 'evidence-altered.asice'), octets)
  same('evidence-altered.asice', { trust, verdict: 'mismatch' })
  same('evidence-altered.asice', { verdict: 'mismatch' })
}

function native(line, codes) {
  const env = { ...process.env, FIDEM_SAMPLES: join(root, 'samples') }
  const ran = spawnSync(fidem, line, { cwd: work, env, maxBuffer: 1 << 28 })
  if (ran.error) throw ran.error
  if (!codes.includes(ran.status)) throw new Error(`fidem ${line.join(' ')}: ${ran.status} ${ran.stderr}`)
  return ran.stdout
}

/** Members of a package as files of the working folder, under their last name. */
function members(file, names) {
  const ran = spawnSync('unzip', ['-qqjo', file, ...names], { cwd: work })
  if (ran.status !== 0) throw new Error(`unzip ${file}: ${ran.error ?? ran.stderr}`)
}

function below(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

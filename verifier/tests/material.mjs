/** Packages and proofs to verify: good ones, and what was done to them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root } from './house.mjs'

const frozen = join(root, 'samples/packages/v1')
export const at = '2026-12-01T00:00:00Z'
export const sample = {
  good: join(frozen, 'case.asice'),
  partial: join(frozen, 'exhibit.asice'),
  receipt: join(frozen, 'receipt.pdf'),
  trust: join(frozen, 'trust.pem'),
  example: join(root, 'docs/format/example/example.asice'),
  examplePartial: join(root, 'docs/format/example/example-item-1.asice'),
  exampleTrust: join(root, 'docs/format/example/trust.json'),
  exampleStatus: join(root, 'docs/format/example/status-list.txt'),
  originals: join(root, 'samples/case-shop')
}

/** A copy with one octet of an exhibit altered. */
export function altered(folder, from = sample.good, name = 'altered.asice') {
  const octets = readFileSync(from)
  const photo = readFileSync(join(sample.originals, '04-现场/IMG_20260402_101533.jpg'))
  const at = octets.indexOf(photo)
  if (at < 0) throw new Error('the photograph is not in the package')
  octets[at + 1000] ^= 1
  const path = join(folder, name)
  writeFileSync(path, octets)
  return path
}

/** The first octets of a package. */
export function cut(folder, length) {
  const path = join(folder, `cut-${length}.asice`)
  writeFileSync(path, readFileSync(sample.good).subarray(0, length))
  return path
}

/** Proofs of a package as files of their own. */
export function members(folder, ...names) {
  const ran = spawnSync('unzip', ['-qqjo', sample.good, ...names], { cwd: folder })
  if (ran.status !== 0) throw new Error(`unzip: ${ran.error ?? ran.stderr}`)
  return names.map((name) => join(folder, basename(name)))
}

export function below(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort()
}

const fidem = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug/fidem')
export const hasFidem = existsSync(fidem)

/** What `fidem verify --json` prints, without its line end; files are named as a browser names them. */
export function native(folder, subject, { trust = [], data = [], headers = [], at: time = at, lang }) {
  const line = ['verify', '--json', '--lang', lang, '--at', time, subject]
  if (trust.length > 0) line.push('--trust', ...trust)
  if (data.length > 0) line.push('--data', ...data)
  if (headers.length > 0) line.push('--headers', ...headers)
  const ran = spawnSync(fidem, line, { cwd: folder, maxBuffer: 1 << 28 })
  if (ran.error || ran.status > 2) throw new Error(`fidem ${line.join(' ')}: ${ran.error ?? ran.stderr}`)
  return ran.stdout.toString().replace(/\n$/, '')
}

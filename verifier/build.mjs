// Writes verifier.html from the sources beside this file and the verifying module.
//   node verifier/build.mjs MODULE.wasm MODULE.wasm.gz OUT
// The same inputs give the same octets: no time, path or name of this machine goes in.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const here = import.meta.dirname
const root = resolve(here, '..')
const [modulePath, packedPath, out] = process.argv.slice(2)
const text = (...path) => readFileSync(join(root, ...path), 'utf8')
const json = (...path) => JSON.parse(text(...path))
const base64 = (octets, digest) => createHash(digest).update(octets).digest('base64')

// The bundler is the screens' own.
const { rolldown } = await import(pathToFileURL(createRequire(join(root, 'ui/package.json')).resolve('rolldown')))

const module = readFileSync(modulePath)
const version = /^version = "([^"]+)"$/m.exec(text('Cargo.toml').split('[workspace.package]')[1])[1]

/** What the page knows of its own build. */
function facts() {
  const trust = json('crates/verify/data/trust.json')
  const roots = trust.roots.map(({ sha256, name, source, operator, licence }) => [sha256, { name, source, operator, licence }])
  return {
    version,
    moduleSha256: createHash('sha256').update(module).digest('hex'),
    moduleLength: module.length,
    trust: { serial: trust.serial, date: trust.date, roots: Object.fromEntries(roots.sort(([a], [b]) => (a < b ? -1 : 1))) }
  }
}

/** The desktop's words for layers, statuses and kinds. */
function sharedWords() {
  const of = ({ layer, status, fileKind }) => ({ layer, status, fileKind })
  return { zh: of(json('ui/src/words/zh-CN.json')), en: of(json('ui/src/words/en.json')) }
}

const given = { 'build-facts': facts(), 'shared-words': sharedWords() }

async function script(entry) {
  const bundle = await rolldown({
    input: join(here, 'src', entry),
    cwd: here,
    plugins: [
      {
        name: 'given',
        resolveId: (id) => (id in given ? `\0${id}` : null),
        load: (id) => (id.slice(1) in given && id[0] === '\0' ? `export default ${JSON.stringify(given[id.slice(1)])}` : null)
      }
    ]
  })
  // Not minified: whoever doubts the page can read it.
  const { output } = await bundle.generate({ format: 'iife', minify: false, sourcemap: false })
  await bundle.close()
  const code = output[0].code
  if (/<\/script|<!--/i.test(code)) throw new Error(`${entry} would end its element`)
  return `\n${code}`
}

const parts = {
  version,
  style: `\n${readFileSync(join(here, 'page.css'), 'utf8')}`,
  script: await script('page.ts'),
  worker: await script('worker.ts'),
  module: readFileSync(packedPath).toString('base64')
}
// Nothing is fetched, nothing but these two scripts runs, and no address can be reached.
parts.policy = [
  `default-src 'none'`,
  `script-src 'sha256-${base64(parts.script, 'sha256')}' 'wasm-unsafe-eval'`,
  `style-src 'sha256-${base64(parts.style, 'sha256')}'`,
  `worker-src blob:`,
  `base-uri 'none'`,
  `form-action 'none'`
].join('; ')

const page = readFileSync(join(here, 'page.html'), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name])
writeFileSync(out, page)

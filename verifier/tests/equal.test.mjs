/** The page's reports are those of the command line, octet for octet. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { clear, openHouse, shown, verify } from './house.mjs'
import { altered, at, below, cut, hasFidem, members, native, sample } from './material.mjs'

const options = hasFidem ? {} : { skip: 'fidem is not built' }
const vectors = process.env.FIDEM_VECTORS ?? ''

test('every sample, whole, altered and cut, and every vector of others', { ...options, timeout: 600_000 }, async (t) => {
  const work = mkdtempSync(join(tmpdir(), 'fidem-equal-'))
  const house = await openHouse()
  t.after(async () => {
    await house.close()
    rmSync(work, { recursive: true })
  })
  const { page, complaints, close } = await house.open()
  let compared = 0

  /** `trust`, `data` and `headers` are copied beside each other, since the report has the names of data. */
  async function same(subjects, { trust = [], data = [], headers = [] } = {}) {
    const folder = mkdtempSync(join(work, 'f-'))
    const here = (path) => (cpSync(path, join(folder, basename(path))), basename(path))
    const [subject, trusted, originals, runs] = [subjects, trust, data, headers].map((list) => list.map(here))
    const roles = Object.fromEntries([...subject.map((f) => [f, 'subject']), ...originals.map((f) => [f, 'data']), ...runs.map((f) => [f, 'headers'])])
    const full = (list) => list.map((name) => join(folder, name))
    await clear(page)
    await verify(page, full([...subject, ...originals, ...runs]), { trust: full(trusted), at, roles })
    for (const lang of ['zh', 'en']) {
      const found = await shown(page, lang)
      const due = subject.map((file) => native(folder, file, { trust: trusted, data: originals, headers: runs, lang }))
      for (const [index, one] of due.entries()) assert.equal(found[index], one, `${subject[index]} ${lang}`)
      compared += found.length
    }
  }

  const { good, partial, receipt, trust, example, examplePartial, exampleTrust } = sample
  await same([good, partial, altered(work), cut(work, 400_000), cut(work, 30), cut(work, 0)], { trust: [trust] })
  await same([good, partial, example, examplePartial])
  await same([example, examplePartial], { trust: [exampleTrust] })
  await same([receipt], { trust: [trust], data: below(sample.originals).filter((f) => !f.includes('副本')) })
  await same([receipt, trust])
  const [token, list, proof, seal] = members(work, 'META-INF/timestamp001.tst', 'META-INF/ASiCManifest001.xml', 'proofs/log/001.tlog-proof', 'seals/001/seal.json')
  await same([token], { trust: [trust], data: [list] })
  await same([token], { trust: [trust], data: [seal] })
  await same([proof], { trust: [trust], data: [seal] })
  if (existsSync(vectors)) await others(same)
  else t.diagnostic('no vectors of others (FIDEM_VECTORS)')
  await close()
  assert.deepEqual(complaints, [])
  t.diagnostic(`${compared} reports equal`)
})

async function others(same) {
  for (const proof of below(join(vectors, 'ots')).filter((f) => f.endsWith('.ots'))) {
    const data = proof.replace(/\.ots$/, '')
    await same([proof], { data: existsSync(data) ? [data] : [] })
  }
  const headers = below(join(vectors, 'btc')).filter((f) => f.endsWith('.bin'))
  await same([join(vectors, 'ots/hello-world.txt.ots')], { data: [join(vectors, 'ots/hello-world.txt')], headers })
  for (const token of below(join(vectors, 'tsa/curated')).filter((f) => /\.(tok|tsr)$/.test(f))) {
    const root = token.replace(/\.\w+$/, '.ca.pem')
    await same([token], { trust: existsSync(root) ? [root] : [] })
  }
}

/** What a judge does with the page: hand in, read, switch the language, print; and what the page must never do. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import { axe, clear, openHouse, picture, remove, root, shown, verifier, verify } from './house.mjs'
import { altered, at, below, cut, members, sample } from './material.mjs'

let house
let work
before(async () => {
  house = await openHouse()
  work = mkdtempSync(join(tmpdir(), 'fidem-judge-'))
})
after(async () => {
  rmSync(work, { recursive: true })
  if (house.browser.isConnected()) await house.close()
})

const verdicts = (page) => page.$$eval('.verdict', (all) => all.map((one) => one.className.replace('verdict ', '')))
const codes = (page) => page.$$eval('.findings code', (all) => all.map((one) => one.textContent))

async function axeClean(page, what) {
  await page.evaluate(readFileSync(axe, 'utf8'))
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }))
  assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' | ')}`), [], what)
}

test('it is one file of at most three million octets that asks for nothing', () => {
  const text = readFileSync(verifier, 'utf8')
  assert.ok(statSync(verifier).size <= 3_000_000)
  const code = text.replace(/<script type="application\/gzip"[^>]*>[^<]*/, '')
  assert.doesNotMatch(code, /\b(src|href)="(?!#)/)
  assert.doesNotMatch(code, /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|RTCPeerConnection|importScripts|\bimport\(|\beval\(|innerHTML|localStorage|indexedDB/)
  const policy = /Content-Security-Policy" content="([^"]+)"/.exec(text)[1]
  assert.match(policy, /^default-src 'none'; script-src 'sha256-\S+' 'wasm-unsafe-eval'; style-src 'sha256-\S+'; worker-src blob:; base-uri 'none'; form-action 'none'$/)
})

for (const language of ['zh-CN', 'en']) {
  test(`a good package, ${language}`, async () => {
    const { page, complaints, close } = await house.open({ language })
    const word = language === 'en' ? 'Overall: match' : '总体：一致'
    assert.equal(await page.getAttribute('html', 'lang'), language)
    await picture(page, `start.${language}`)
    await axeClean(page, 'start')
    await verify(page, [sample.good], { trust: [sample.trust], at })
    assert.ok((await page.textContent('.verdict')).startsWith(word))
    assert.equal(await page.locator('.strip li').count(), 7)
    assert.deepEqual(await page.$$eval('.strip li', (all) => all.map((one) => one.className)), ['match', 'match', 'match', 'cannot-check', 'absent', 'match', 'cannot-check'])
    assert.ok(await page.isVisible('.demonstration'))
    const digest = createHash('sha256').update(readFileSync(sample.good)).digest('hex')
    assert.ok((await page.textContent('.facts')).replaceAll(' ', '').includes(digest), 'the report names its file')
    await axeClean(page, 'match')
    await picture(page, `match.${language}`)
    await close()
    assert.deepEqual(complaints, [])
  })
}

test('an altered package says where, in both languages and both schemes', async () => {
  for (const [language, scheme] of [['zh-CN', 'dark'], ['en', 'light']]) {
    const { page, complaints, close } = await house.open({ language, scheme })
    await verify(page, [altered(work)], { trust: [sample.trust], at })
    assert.deepEqual(await verdicts(page), ['mismatch'])
    assert.ok((await codes(page)).includes('evidence-altered'))
    assert.match(await page.textContent('.findings li.mismatch'), /IMG_20260402_101533\.jpg/)
    await axeClean(page, `mismatch ${scheme}`)
    await picture(page, `mismatch.${language}`)
    await close()
    assert.deepEqual(complaints, [])
  }
})

test('partial packages, with and without trust', async () => {
  for (const [language, file, trust] of [['zh-CN', sample.partial, sample.trust], ['en', sample.examplePartial, sample.exampleTrust]]) {
    const { page, complaints, close } = await house.open({ language })
    await verify(page, [file], { trust: [trust], at })
    assert.deepEqual(await verdicts(page), ['match'])
    assert.ok((await codes(page)).includes('partial-matches'))
    await picture(page, `partial.${language}`)
    await remove(page, basename(trust))
    await verify(page)
    assert.deepEqual(await verdicts(page), ['cannot-check'], 'without trust')
    await close()
    assert.deepEqual(complaints, [])
  }
})

test('a receipt with its files, all dropped at once', async () => {
  const { page, complaints, close } = await house.open()
  const files = [sample.receipt, ...below(sample.originals)]
  await verify(page, files, { trust: [sample.trust], at })
  assert.deepEqual(await page.$$eval('#list select', (all) => all.filter((one) => one.value === 'subject').length), 1, 'the invoice among the files is not taken for a receipt')
  assert.deepEqual(await verdicts(page), ['match'])
  assert.ok((await codes(page)).includes('data-matches'))
  await close()
  assert.deepEqual(complaints, [])
})

test('a whole hand-over, dropped as it is, is no mismatch for what was written for people', async () => {
  const { page, complaints, close } = await house.open({ language: 'en' })
  const folder = mkdtempSync(join(work, 'handed-'))
  const companions = ['VERIFY.txt', '核验说明.txt', 'verifier.html', 'verifier-0123abcd.html'].map((name) => join(folder, name))
  for (const path of companions) writeFileSync(path, 'for people')
  await verify(page, [sample.good, ...companions, ...below(sample.originals)], { trust: [sample.trust], at })
  assert.deepEqual(await verdicts(page), ['match'])
  assert.equal(await page.$$eval('#list select', (all) => all.filter((one) => one.value === 'aside').length), companions.length)
  const chosen = page.locator('#list tr', { hasText: 'VERIFY.txt' }).locator('select')
  await chosen.selectOption('data')
  await verify(page)
  assert.deepEqual(await verdicts(page), ['mismatch'], 'a person may ask for it all the same')
  await close()
  assert.deepEqual(complaints, [])
})

test('a signature without its document is said to be unverified', async () => {
  const { page, complaints, close } = await house.open({ language: 'zh-CN' })
  const stray = join(mkdtempSync(join(work, 'stray-')), '记录.pdf.p7s')
  writeFileSync(stray, 'a signature')
  await verify(page, [sample.good, stray], { trust: [sample.trust], at })
  assert.deepEqual(await verdicts(page), ['match'])
  assert.match(await page.textContent('.problem'), /独立签名 记录\.pdf\.p7s 未作核验/)
  await close()
  assert.deepEqual(complaints, [])
})

test('a status list says before all else that a document was withdrawn', async () => {
  const { page, complaints, close } = await house.open({ language: 'zh-CN' })
  await verify(page, [sample.example, sample.exampleStatus], { trust: [sample.exampleTrust], at })
  assert.deepEqual(await verdicts(page), ['match'])
  assert.match(await page.textContent('.later'), /H01 已被撤销，见 .*B01/)
  assert.ok(!(await page.textContent('.report')).includes('未提供状态清单'))
  await axeClean(page, 'withdrawn')
  await picture(page, 'withdrawn.zh-CN')
  await remove(page, basename(sample.exampleStatus))
  await verify(page)
  assert.equal(await page.locator('.later').count(), 0)
  assert.ok((await page.textContent('.report')).includes('未提供状态清单'))
  await close()
  assert.deepEqual(complaints, [])
})

test('a copy that is not the sealed file: where it differs', async () => {
  const { page, complaints, close } = await house.open({ language: 'en' })
  const chat = readFileSync(join(sample.originals, '03-往来/聊天记录.txt'))
  chat[0] ^= 1
  const copy = join(work, '聊天记录.txt')
  writeFileSync(copy, chat)
  await verify(page, [sample.good, copy], { trust: [sample.trust], at })
  assert.deepEqual(await verdicts(page), ['mismatch'])
  const found = await codes(page)
  assert.ok(found.includes('data-places') && found.includes('data-line'))
  assert.match(await page.textContent('.report'), /1 bytes differ, in 1 places, at bytes 1 \(from 1\)/)
  await close()
  assert.deepEqual(complaints, [])
})

/** A PNG of one colour (ISO/IEC 15948), eight bits of red, green and blue. */
function plain(width, height) {
  const chunk = (type, data) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const around = Buffer.alloc(8)
    around.writeUInt32BE(data.length, 0)
    around.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([around.subarray(0, 4), body, around.subarray(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 2], 8)
  const rows = deflateSync(Buffer.alloc(height * (1 + 3 * width)))
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([magic, chunk('IHDR', head), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

test('a picture that is not the sealed one: in which rectangle, and of which size', async () => {
  const { page, complaints, close } = await house.open({ language: 'en' })
  const copy = join(work, '网店页面截图.png')
  for (const [width, height, code, said] of [
    [1100, 600, 'data-pixels', /Of the 1100×600 pixels .* \(0, 0\)–\(1099, 599\)/],
    [1100, 599, 'data-picture-size', /original 1100×600 pixels, handed in 1100×599 pixels/],
  ]) {
    writeFileSync(copy, plain(width, height))
    await verify(page, [sample.good, copy], { trust: [sample.trust], at })
    assert.deepEqual(await verdicts(page), ['mismatch'])
    assert.ok((await codes(page)).includes(code))
    assert.match(await page.textContent('.report'), said)
    if (code === 'data-pixels') await picture(page, 'picture.en')
    await clear(page)
  }
  await close()
  assert.deepEqual(complaints, [])
})

test('a time stamp by itself, with its data, with a digest, with other data', async () => {
  const { page, complaints, close } = await house.open()
  const [token, data, other] = members(work, 'META-INF/timestamp001.tst', 'META-INF/ASiCManifest001.xml', 'seals/001/seal.json')
  await verify(page, [token, data], { trust: [sample.trust], at })
  assert.deepEqual(await verdicts(page), ['match'])
  await remove(page, 'ASiCManifest001.xml')
  await page.$eval('#more', (details) => (details.open = true))
  await page.fill('#digest', `sha256:${createHash('sha256').update(readFileSync(data)).digest('hex')}`)
  await verify(page)
  assert.deepEqual(await verdicts(page), ['match'])
  await page.fill('#digest', '')
  await verify(page, [other])
  assert.deepEqual(await verdicts(page), ['mismatch'])
  await page.fill('#at', 'yesterday')
  await verify(page)
  assert.match(await page.textContent('.problem'), /RFC 3339/)
  await close()
  assert.deepEqual(complaints, [])
})

test('what is cut short, foreign or unreadable comes to a report or a sentence', async () => {
  const { page, complaints, close } = await house.open({ language: 'en' })
  await verify(page, [cut(work, 400_000), join(root, 'README.md')], { roles: { 'README.md': 'subject' }, at })
  assert.deepEqual(await verdicts(page), ['cannot-check', 'cannot-check'])
  await verify(page, [], { trust: [join(root, 'LICENSE-MIT')] })
  assert.match(await page.textContent('.problem'), /neither a trust file/)
  assert.equal(await page.locator('.verdict').count(), 0)
  await close()
  assert.deepEqual(complaints, [])
})

test('by keyboard alone, and a file dropped', async () => {
  const { page, complaints, close } = await house.open({ language: 'en' })
  await page.evaluate(() => {
    const transfer = new DataTransfer()
    transfer.items.add(new File(['%PDF-1.7'], 'a.asice'))
    document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }))
  })
  await page.waitForFunction(() => document.activeElement.id === 'start')
  const reached = []
  for (let step = 0; step < 14; step += 1) {
    reached.push(await page.evaluate(() => document.activeElement.id || document.activeElement.getAttribute('aria-label') || document.activeElement.tagName))
    await page.keyboard.press('Shift+Tab')
  }
  for (const one of ['start', 'add-files', 'add-folder', 'add-trust', 'a.asice is used as', 'Remove a.asice']) assert.ok(reached.includes(one), `${one} in ${reached}`)
  await page.focus('#start')
  await page.keyboard.press('Enter')
  await page.waitForSelector('.report')
  assert.deepEqual(await verdicts(page), ['cannot-check'])
  await close()
  assert.deepEqual(complaints, [])
})

test('the language is switched without verifying again', async () => {
  const { page, complaints, close } = await house.open()
  await verify(page, [sample.good], { trust: [sample.trust], at })
  const [zh] = await shown(page, 'zh')
  const [en] = await shown(page, 'en')
  assert.notEqual(zh, en)
  assert.ok((await page.textContent('.verdict')).startsWith('Overall'))
  const download = page.waitForEvent('download')
  await page.getByText('Save the JSON').click()
  assert.equal(readFileSync(await (await download).path(), 'utf8'), `${en}\n`)
  await close()
  assert.deepEqual(complaints, [])
})

test('the report prints as a paper of its own', async () => {
  const { page, close } = await house.open()
  await verify(page, [sample.good], { trust: [sample.trust], at })
  const pdf = join(work, 'report.pdf')
  await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true })
  const ran = spawnSync('pdftotext', ['-layout', pdf, '-'])
  const text = ran.stdout.toString().replace(/\s+/g, '')
  for (const part of ['核验报告', '总体：一致', '来源类别C', '没有核验的事项', '核验人（签名）', 'certutil-hashfileverifier.htmlSHA256']) assert.ok(text.includes(part), part)
  for (const part of ['选择文件', '显示JSON', '不用本程序如何核验1.']) assert.ok(!text.includes(part), part)
  if (process.env.FIDEM_PICTURES) spawnSync('pdftoppm', ['-png', '-r', '70', pdf, join(process.env.FIDEM_PICTURES, 'verifier-printed')])
  await close()
})

test('a browser that is too old shows the manual route, never a blank page', async () => {
  const cases = [
    [{ before: () => delete globalThis.WebAssembly }, /WebAssembly/],
    [{ before: () => delete globalThis.Worker }, /Worker/],
    [{ before: () => delete globalThis.DecompressionStream }, /DecompressionStream/],
    [{ javaScriptEnabled: false }, null]
  ]
  for (const [options, cause] of cases) {
    const { page, close } = await house.open(options)
    await page.waitForSelector('#manual ol')
    if (cause) await page.waitForFunction(() => !document.querySelector('#cause').hidden)
    for (const text of ['sha256sum -c manifest-sha256.txt', '核验说明.txt', 'VERIFY.txt', 'certutil -hashfile']) assert.ok(await page.getByText(text).first().isVisible(), text)
    assert.ok(!(await page.isVisible('#work')))
    if (cause) assert.match(await page.textContent('#cause'), cause)
    if (!cause) await picture(page, 'old-browser')
    await close()
  }
})

test('the policy lets nothing out, even if the page tried', async () => {
  let reached = 0
  const server = createServer((_, response) => response.end(String((reached += 1))))
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const { page, close } = await house.open()
  const answers = await page.evaluate(async (port) => {
    const url = `http://127.0.0.1:${port}/`
    const tries = [fetch(url, { mode: 'no-cors' }), new Promise((done, failed) => Object.assign(new Image(), { onload: done, onerror: failed, src: url }))]
    const worker = new Worker(URL.createObjectURL(new Blob([`fetch('${url}', {mode: 'no-cors'}).then(() => postMessage(1), () => postMessage(0))`])))
    tries.push(new Promise((done, failed) => (worker.onmessage = ({ data }) => (data ? done() : failed()))))
    navigator.sendBeacon(url)
    return (await Promise.allSettled(tries)).map((one) => one.status)
  }, server.address().port)
  assert.deepEqual(answers, ['rejected', 'rejected', 'rejected'])
  assert.equal(reached, 0)
  await close()
  server.close()
})

test('no page began a request', async () => {
  // A page that does ask for something, so that silence of the log means something.
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<img src="/control">'))
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  const page = await house.browser.newPage()
  const address = `http://127.0.0.1:${server.address().port}`
  await page.goto(address, { waitUntil: 'networkidle' })
  const { ofPages } = await house.close()
  server.close()
  assert.deepEqual(ofPages.filter((url) => !url.endsWith('/favicon.ico')), [`${address}/control`])
})

/** A package larger than memory need be: FIDEM_LARGE_MIB mebibytes of one exhibit, a hole in a sparse file. */
import assert from 'node:assert/strict'
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { handIn, openHouse } from './house.mjs'

const mebibytes = Number(process.env.FIDEM_LARGE_MIB ?? 600)

/** A package with `mimetype` and one member of zeros; its CRC is not the one of the zeros, so that it mismatches. */
function sparse(path, size) {
  const header = (name, length, crc, offset) => {
    const wide = BigInt(length) >= 0xffff_ffffn
    const extra = Buffer.alloc(wide ? 20 : 0)
    if (wide) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(16, 2)
      extra.writeBigUInt64LE(BigInt(length), 4)
      extra.writeBigUInt64LE(BigInt(length), 12)
    }
    const small = wide ? 0xffff_ffff : Number(length)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(wide ? 45 : 20, 4)
    local.writeUInt16LE(0x21, 12)
    local.writeUInt32LE(crc, 14)
    local.writeUInt32LE(small, 18)
    local.writeUInt32LE(small, 22)
    local.writeUInt16LE(name.length, 26)
    local.writeUInt16LE(extra.length, 28)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(0x032d, 4)
    local.copy(central, 6, 4, 30)
    central.writeUInt32LE((0o100644 << 16) >>> 0, 38)
    central.writeUInt32LE(offset, 42)
    return { local: Buffer.concat([local, Buffer.from(name), extra]), central: Buffer.concat([central, Buffer.from(name), extra]) }
  }
  const type = Buffer.from('application/vnd.etsi.asic-e+zip')
  const first = header('mimetype', type.length, 0x45f9218a, 0)
  const begin = Buffer.concat([first.local, type])
  const second = header('evidence/0001-large.bin', size, 0, begin.length)
  const start = begin.length + second.local.length + size
  const directory = Buffer.concat([first.central, second.central])
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(2, 8)
  end.writeUInt16LE(2, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(Math.min(start, 0xffff_ffff), 16)
  const ends = []
  if (start >= 0xffff_ffff) {
    const end64 = Buffer.alloc(56)
    end64.writeUInt32LE(0x06064b50, 0)
    end64.writeBigUInt64LE(44n, 4)
    end64.writeUInt16LE(0x032d, 12)
    end64.writeUInt16LE(45, 14)
    end64.writeBigUInt64LE(2n, 24)
    end64.writeBigUInt64LE(2n, 32)
    end64.writeBigUInt64LE(BigInt(directory.length), 40)
    end64.writeBigUInt64LE(BigInt(start), 48)
    const locator = Buffer.alloc(20)
    locator.writeUInt32LE(0x07064b50, 0)
    locator.writeBigUInt64LE(BigInt(start + directory.length), 8)
    locator.writeUInt32LE(1, 16)
    ends.push(end64, locator)
  }
  const file = openSync(path, 'w')
  writeSync(file, Buffer.concat([begin, second.local]), 0, undefined, 0)
  ftruncateSync(file, start)
  writeSync(file, Buffer.concat([directory, ...ends, end]), 0, undefined, start)
  closeSync(file)
}

/** Anonymous resident octets of the renderers that descend from this process. */
function resident() {
  const status = new Map()
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const text = readFileSync(`/proc/${pid}/status`, 'utf8')
      const number = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0)
      const renderer = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--type=renderer')
      status.set(Number(pid), { parent: number('PPid'), octets: renderer ? number('RssAnon') * 1024 : 0 })
    } catch {
      // It ended meanwhile.
    }
  }
  const ours = (pid) => pid === process.pid || (status.has(pid) && ours(status.get(pid).parent))
  return [...status].reduce((sum, [pid, { octets }]) => sum + (octets > 0 && ours(pid) ? octets : 0), 0)
}

test(`${mebibytes} MiB stream with bounded memory, and cancel works`, { timeout: 900_000 }, async (t) => {
  const work = mkdtempSync(join(tmpdir(), 'fidem-large-'))
  const house = await openHouse()
  t.after(async () => {
    await house.close()
    rmSync(work, { recursive: true })
  })
  const { page, complaints, close } = await house.open({ language: 'en' })
  const file = join(work, 'large.asice')
  sparse(file, mebibytes * 2 ** 20)

  await handIn(page, [file])
  const before = resident()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, resident())), 200)
  const begun = performance.now()
  await page.click('#start')
  await page.waitForFunction(() => document.querySelector('#bar').value > 0 && /read/.test(document.querySelector('#running-how').textContent))
  // The page answers while the worker works.
  const asked = performance.now()
  await page.evaluate(() => document.title)
  assert.ok(performance.now() - asked < 1000, 'the page stays usable')
  await page.waitForSelector('.report', { timeout: 600_000 })
  const seconds = (performance.now() - begun) / 1000
  clearInterval(watch)
  assert.equal(await page.getAttribute('.verdict', 'class'), 'verdict mismatch')
  assert.ok((await page.$$eval('.findings code', (all) => all.map((one) => one.textContent))).includes('member-damaged'))
  assert.ok(before > 0, 'the renderer is found')
  t.diagnostic(`${mebibytes} MiB in ${seconds.toFixed(1)} s (${(mebibytes / seconds).toFixed(0)} MiB/s); renderer ${(before / 2 ** 20).toFixed(0)} MiB before, ${(peak / 2 ** 20).toFixed(0)} MiB at most`)
  assert.ok(peak - before < 200 * 2 ** 20, `${peak - before} octets more`)

  // While the digests are computed, cancel leaves the report.
  await page.click('#cancel')
  await page.waitForFunction(() => document.querySelector('#running').hidden)
  assert.equal(await page.locator('.report').count(), 1)
  assert.match(await page.textContent('.facts'), /not computed/)

  // While it is verified, cancel leaves no conclusion.
  await page.click('#start')
  await page.waitForFunction(() => document.querySelector('#bar').value > 0)
  await page.click('#cancel')
  await page.waitForSelector('.problem')
  assert.match(await page.textContent('.problem'), /cancelled; there is no conclusion/)
  assert.equal(await page.locator('.verdict').count(), 0)
  await close()
  assert.deepEqual(complaints, [])
})

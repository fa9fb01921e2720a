/** What a judge does with verifier.html: a package and roots in, the verdict read off the page.
 *  node by_page.mjs ROOTS.pem PACKAGE …   prints a JSON object per package. */
import assert from 'node:assert/strict'
import { clear, openHouse, verify } from '../../verifier/tests/house.mjs'

const [roots, ...packages] = process.argv.slice(2)
const house = await openHouse()
const { page, complaints, close } = await house.open({ language: 'en' })
for (const one of packages) {
  await clear(page)
  await verify(page, [one], { trust: [roots] })
  const verdict = (await page.getAttribute('.verdict', 'class')).replace('verdict ', '')
  const named = await page.$$eval('.findings li.mismatch', (all) => all.map((item) => item.textContent))
  console.log(JSON.stringify({ verdict, named }))
}
await close()
const { ofPages } = await house.close()
assert.deepEqual(complaints, [], 'the page complained or asked for something')
assert.deepEqual(ofPages, [], 'the page began a request')

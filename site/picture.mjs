// Takes the picture of the demo for the README. Start ./demo, then: node picture.mjs CHROMIUM
import puppeteer from 'puppeteer-core'

const [chromium, one = 'http://127.0.0.1:8081', other = 'http://127.0.0.1:8082'] = process.argv.slice(2)
const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'] })
try {
  const page = await browser.newPage()
  await page.setViewport({ width: 1200, height: 720 })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }])
  await page.goto(one, { waitUntil: 'networkidle0' })
  for (const button of (await page.$$('#goods button')).slice(0, 2)) {
    const before = await page.$eval('#cart-count', count => count.textContent)
    await button.click()
    await page.waitForFunction(text => document.querySelector('#cart-count').textContent !== text, {}, before)
  }
  await page.type('#user', 'ada')
  await page.click('#sign-in button')
  await page.waitForSelector('#signed-in:not([hidden])')
  // On the other server, with what Redis holds.
  await page.goto(other, { waitUntil: 'networkidle0' })
  await page.waitForSelector('#signed-in:not([hidden])')
  await page.$eval('#panel', panel => { panel.open = true })
  await page.waitForSelector('#panel-body:not([hidden])')
  await page.screenshot({ path: new URL('../docs/images/demo.png', import.meta.url).pathname })
} finally {
  await browser.close()
}

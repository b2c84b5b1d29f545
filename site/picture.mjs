// Takes the moving picture of the demo for the README, as an animated WebP that plays once, and a still for who wants no movement.
// Start ./demo, then: node picture.mjs CHROMIUM
import { writeFileSync } from 'node:fs'
import puppeteer from 'puppeteer-core'

const [chromium, shop = 'http://127.0.0.1:8080'] = process.argv.slice(2)
const [width, height] = [1120, 760]
const largest = 1_000_000
/** The frame that says most alone: a server is gone, and the cart is not. */
const STILL = 3
const frames = []

const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'] })
try {
  const first = await visitor()
  await open(first)
  await take(first, 'Put two things into the cart', 1500)
  for (const button of (await first.$$('#goods button')).slice(0, 2)) {
    await changes(first, '#cart-count', () => button.click())
  }
  await signIn(first)
  await take(first, 'Put two things into the cart, and sign in', 1800)

  const node = await first.$eval('.machine.answered', tile => tile.id)
  await first.click(`#${node} [data-action=kill]`)
  await first.waitForSelector(`#${node}[data-state=down]`)
  await take(first, 'Kill the server that has answered …', 1800)
  await changes(first, '#cart-count', async () => (await first.$('#goods button')).click())
  await take(first, '… and go on: another one has the same session, from Redis', 3000)
  await first.$eval('#panel', panel => { panel.open = true })
  await first.waitForSelector('#panel-body:not([hidden])')
  await first.$eval('#panel', panel => panel.scrollIntoView({ block: 'center' }))
  await take(first, 'This is what Redis holds: all of the session, but not the cookie’s secret', 3000)

  const second = await visitor()
  await open(second)
  await signIn(second)
  await second.$eval('#devices', devices => { devices.open = true })
  await second.waitForFunction(() => document.querySelectorAll('#devices-list > li').length === 2)
  await take(second, 'A second browser of the same user sees both sign-ins …', 2500)
  await second.click('#end-others')
  await second.waitForFunction(() => document.querySelectorAll('#devices-list > li').length === 1)
  await take(second, '… and ends the other one', 2000)
  await first.bringToFront()
  await first.evaluate(() => scrollTo(0, 0))
  await first.waitForSelector('#ended:not([hidden])')
  await first.waitForFunction(() => / at /.test(document.querySelector('#ended-text').textContent), { timeout: 5000 }).catch(() => {})
  await take(first, 'The first browser hears of it at once, and why', 3500)
  await first.click(`#${node} [data-action=start]`)
} finally {
  await browser.close()
}
const picture = animated(frames)
if (picture.length > largest) throw new Error(`${picture.length} bytes are more than ${largest}`)
writeFileSync(new URL('../docs/images/demo.webp', import.meta.url), picture)
writeFileSync(new URL('../docs/images/demo-still.webp', import.meta.url), still(frames[STILL].image))
console.log(`${frames.length} frames, ${picture.length} bytes`)

/** A page with cookies of its own. */
async function visitor() {
  const page = await (await browser.createBrowserContext()).newPage()
  await page.setViewport({ width, height })
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'light' }, { name: 'prefers-reduced-motion', value: 'reduce' }])
  return page
}

async function open(page) {
  await page.goto(shop)
  await page.waitForSelector('#machines:not([hidden])')
  await page.waitForFunction(() => !document.querySelector('#node').textContent.includes('…'))
}

/** Acts, and waits until the element has another text. */
async function changes(page, selector, act) {
  const before = await page.$eval(selector, element => element.textContent)
  const isChanged = () => page.waitForFunction((where, text) => document.querySelector(where).textContent !== text,
    { timeout: 5000 }, selector, before)
  await act()
  await isChanged()
  await new Promise(resolve => setTimeout(resolve, 300)) // A button takes the next click when the last one is done.
}

async function signIn(page) {
  await page.type('#user', 'ada')
  await page.click('#sign-in button')
  await page.waitForSelector('#signed-in:not([hidden])')
}

async function take(page, caption, milliseconds) {
  await page.evaluate(text => {
    const bar = document.querySelector('#caption') ?? document.body.appendChild(document.createElement('p'))
    bar.id = 'caption'
    bar.textContent = text
    bar.style = 'position:fixed;inset:auto 0 0 0;margin:0;padding:14px;z-index:9;background:#26282b;color:#fff;font:600 20px sans-serif;text-align:center'
  }, caption)
  frames.push({ image: Buffer.from(await page.screenshot({ type: 'webp', quality: 72 })), milliseconds })
}

/** The container format of WebP, RFC 9649, 2.7: each frame is a picture that stays for some time. */
function animated(pictures) {
  const header = Buffer.alloc(10)
  header[0] = 0b10 // an animation
  header.writeUIntLE(width - 1, 4, 3)
  header.writeUIntLE(height - 1, 7, 3)
  const chunks = [chunk('VP8X', header), chunk('ANIM', Buffer.from([255, 255, 255, 255, 1, 0]))] // A background of white; it plays once.
  for (const { image, milliseconds } of pictures) {
    const frame = Buffer.alloc(16)
    frame.writeUIntLE(width - 1, 6, 3)
    frame.writeUIntLE(height - 1, 9, 3)
    frame.writeUIntLE(milliseconds, 12, 3)
    frame[15] = 0b10 // not blended with the one before
    chunks.push(chunk('ANMF', Buffer.concat([frame, bitstream(image)])))
  }
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks])
  return chunk('RIFF', body)
}

/** A picture of its own. */
function still(image) {
  return chunk('RIFF', Buffer.concat([Buffer.from('WEBP'), bitstream(image)]))
}

/** The part of a WebP file that holds its pixels. */
function bitstream(image) {
  for (let at = 12; at < image.length;) {
    const length = image.readUInt32LE(at + 4)
    const end = at + 8 + length + length % 2
    if (/^VP8[ L]$/.test(image.toString('latin1', at, at + 4))) return image.subarray(at, end)
    at = end
  }
  throw new Error('Chromium has made no WebP')
}

function chunk(name, body) {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(body.length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)])
}

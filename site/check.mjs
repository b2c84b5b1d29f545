// Checks the built site. Each link leads to a page and a place that there is. Then it opens every page in Chromium, as wide as a phone and as a
// screen, by day and by night: no error, no other host, nothing wider than a phone, no finding of axe, and search that finds.
// Usage: node check.mjs CHROMIUM [--quick], or node check.mjs CHROMIUM --versions DIRECTORY for the links and the menu of several versions. With
// --quick each page is opened in one of those four ways.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, normalize, resolve } from 'node:path'
import puppeteer from 'puppeteer-core'

const [chromium, option, directory] = process.argv.slice(2)
const site = option === '--versions' ? resolve(directory) : new URL('./target/site', import.meta.url).pathname
const root = process.env.SITE_ROOT || '/' // Of all versions, as pages.mjs has it.
const AXE = '/assets/axe.js'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const PHONE = { width: 375, height: 700, isMobile: true, hasTouch: true }
const SCREEN = { width: 1280, height: 900 }
/** One page of each kind: text, tables, code, lists, headings. */
const MANIFOLD = ['', 'settings', 'spring-boot', 'production-checklist', 'architecture']
const inHurry = option === '--quick'
const faults = []
let opened = 0

// --- Files -----------------------------------------------------------------------------------------------------------

const { all: versions, newest } = JSON.parse(readFileSync(join(site, 'versions.json'), 'utf8'))
const files = readdirSync(site, { recursive: true }).filter(name => name.endsWith('.html'))
const isApi = name => /^[^/]+\/api\//.test(name)
const texts = new Map(files.map(name => [`/${name}`, readFileSync(join(site, name), 'utf8')]))
const ids = new Map()

const decoded = text => text.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')

function idsOf(file) {
  if (!ids.has(file)) ids.set(file, new Set([...texts.get(file).matchAll(/ (?:id|name)="([^"]+)"/g)].map(([, id]) => decoded(id))))
  return ids.get(file)
}

/** The file that a server shows for a path, or null. */
function fileFor(below) {
  if (!below.startsWith(root)) return null
  const path = below.slice(root.length - 1)
  return [path, `${path}.html`, join(path, 'index.html')].find(file => existsSync(join(site, file)) && statSync(join(site, file)).isFile()) ?? null
}

/** Each link of each page, also of the Javadoc, leads to a file that there is, and to a place in it. Answers the number of links. */
function checkLinks() {
  let links = 0
  for (const [name, text] of texts) {
    for (const [, tag, , link] of text.matchAll(/<(a|script|link|img|iframe|video|source)\b[^>]*?\s(href|src)="([^"]*)"/g)) {
      if (/^(https?:)?\/\//.test(link)) {
        if (tag !== 'a') faults.push(`${name} asks another host: ${link}`)
      } else if (!/^(mailto|javascript|data):/.test(link)) {
        const to = new URL(decoded(link), `http://site${root.slice(0, -1)}${name}`)
        const file = fileFor(decodeURIComponent(to.pathname))
        links++
        if (file === null) faults.push(`${name}: ${link} leads nowhere`)
        else if (to.hash && texts.has(file) && !idsOf(file).has(decodeURIComponent(to.hash.slice(1)))) faults.push(`${name}: ${link} leads to no place`)
      }
    }
  }
  return links
}

/** The Javadoc shows no package that is not exported. Answers the number of its pages. */
function checkApi(version) {
  const pages = files.filter(name => name.startsWith(`${version}/api/`))
  const exported = new Set(readFileSync(join(site, version, 'api/element-list'), 'utf8').trim().split('\n'))
  for (const name of pages) {
    const inPackage = dirname(name).split('/').slice(2).join('.')
    if (inPackage.startsWith('io.sojourn') && !exported.has(inPackage)) faults.push(`${name} is in a hidden package`)
  }
  return pages.length
}

// --- Pages -----------------------------------------------------------------------------------------------------------

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.txt': 'text/plain', '.woff2': 'font/woff2', '.png': 'image/png', '.webp': 'image/webp' }
const server = createServer(async (request, response) => {
  const path = new URL(request.url, 'http://site').pathname
  if (path === AXE) return response.writeHead(200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'max-age=3600, immutable' }).end(axe)
  const file = fileFor(normalize(decodeURIComponent(path)))
  if (file === null) return response.writeHead(404).end()
  // The name of an asset changes with its bytes.
  const keep = file.includes('/assets/') ? 'max-age=3600, immutable' : 'no-store'
  response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Cache-Control': keep }).end(await readFile(join(site, file)))
})
await new Promise(ready => server.listen(0, '127.0.0.1', ready))
const origin = `http://127.0.0.1:${server.address().port}`

async function tab(browser, viewport) {
  const page = await (await browser.createBrowserContext()).newPage()
  page.on('console', message => message.type() === 'error' && faults.push(`${page.url()}: console: ${message.text()}`))
  page.on('pageerror', error => faults.push(`${page.url()}: ${error.message}`))
  page.on('request', request => /^(data:|blob:)/.test(request.url()) || request.url().startsWith(origin) || faults.push(`${page.url()} asks another host: ${request.url()}`))
  page.on('response', response => response.status() >= 400 && faults.push(`${page.url()}: ${response.status()} for ${response.url()}`))
  // Each page would fetch those that it links before somebody follows a link. All are opened here anyway.
  await page.evaluateOnNewDocument(() => Object.defineProperty(navigator, 'connection', { value: { saveData: true } }))
  await page.setViewport(viewport)
  return page
}

async function open(page, name) {
  await page.goto(origin + root + name, { waitUntil: 'load' })
  await page.waitForSelector('.VPDoc')
}

/** Without movement, so that no colour is seen on its way to another. */
async function shine(page, scheme) {
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }])
}

/** Faults of VitePress in its list of results: the box has the role of a button, and the name of a result has signs between the headings. */
const OF_SEARCH = ['nested-interactive', 'label-content-name-mismatch']

/** The whole document, by all rules of axe or by some, but for known faults. */
async function checkAccess(page, where, rules, known = []) {
  const violations = await page.evaluate(async runOnly => {
    const found = await window.axe.run(document, { resultTypes: ['violations'], preload: false, ...runOnly })
    return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`)
  }, rules ? { runOnly: { type: 'rule', values: rules } } : {})
  faults.push(...violations.filter(violation => !known.includes(violation.split(':')[0])).map(violation => `${where}: ${violation}`))
}

/** Every page, in light and in dark colours. In a hurry, each page at one width and in one scheme, in turn, but for those with the most kinds of parts. */
async function checkPages(browser, viewport, names) {
  const page = await tab(browser, viewport)
  let isFirst = true
  for (const [i, name] of names.entries()) {
    const inAllWays = !inHurry || isFirst || MANIFOLD.includes(name.replace(/^[^/]+\//, ''))
    if (!inAllWays && (i % 2 === 0) !== (viewport === PHONE)) continue
    const schemes = inAllWays ? ['light', 'dark'] : [i % 4 < 2 ? 'light' : 'dark']
    const where = scheme => `${name} (${viewport.width} px, ${scheme})`
    await shine(page, schemes[0])
    await open(page, name)
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) faults.push(`${where(schemes[0])}: is ${wide} px wider`)
    await page.addScriptTag({ url: `${origin}${AXE}` })
    // The menu is the same on every page, and larger than most of them: axe looks at it on the first one.
    if (!isFirst) await page.evaluate(() => document.querySelector('.VPSidebar').style.setProperty('display', 'none'))
    isFirst = false
    await checkAccess(page, where(schemes[0]))
    if (schemes.length > 1) {
      await shine(page, 'dark')
      await page.waitForSelector('html.dark')
      await checkAccess(page, where('dark'), ['color-contrast', 'link-in-text-block']) // Nothing else is different.
    }
    opened++
  }
  await page.close()
}

/** What a server shows for a page that is not there. */
async function checkNotFound(browser) {
  for (const viewport of [PHONE, SCREEN]) {
    const page = await tab(browser, viewport)
    const where = `${versions[0]}/404.html (${viewport.width} px)`
    await shine(page, 'light')
    await page.goto(`${origin}${root}${versions[0]}/404.html`, { waitUntil: 'load' })
    await page.waitForSelector('main.not-found')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (wide > 0) faults.push(`${where}: is ${wide} px wider`)
    await page.addScriptTag({ url: `${origin}${AXE}` })
    await checkAccess(page, where)
    await shine(page, 'dark')
    await page.waitForSelector('html.dark')
    await checkAccess(page, `${where}, dark`, ['color-contrast', 'link-in-text-block'])
    await page.close()
  }
}

/** Each word of the glossary is linked from pages, once a page. */
async function checkGlossary(page) {
  for (const name of ['sessions', 'java-api'].map(file => `${versions[0]}/${file}`)) {
    await open(page, name)
    const terms = await page.$$eval('.vp-doc a.term', all => all.map(link => [link.textContent.replace(/s$/, ''), link.getAttribute('href'), link.title]))
    if (terms.length < 2 || new Set(terms.map(([word]) => word)).size !== terms.length) faults.push(`${name}: words of the glossary: ${terms.map(([word]) => word).join(', ')}`)
    for (const [word, href, meaning] of terms) if (!/\/architecture(\.html)?#glossary$/.test(href) || !meaning) faults.push(`${name}: "${word}" leads to ${href}`)
  }
}

async function checkSearch(page) {
  for (const [words, expected] of [['session limit', 'sessions'], ['Sentinel', 'redis'], ['reset-on-read', 'ring']]) {
    await open(page, `${versions[0]}/`)
    await page.evaluate(() => sessionStorage.clear()) // It remembers the words before.
    await page.waitForSelector('.DocSearch-Button')
    await page.click('.DocSearch-Button')
    await page.waitForSelector('.VPLocalSearchBox input')
    // All at once, so that no result is of a part of the words.
    await page.evaluate(text => {
      const input = document.querySelector('.VPLocalSearchBox input')
      input.value = text
      input.dispatchEvent(new Event('input'))
    }, words)
    const results = await page.waitForFunction(() => {
      const all = [...document.querySelectorAll('.VPLocalSearchBox .results a.result')].map(link => link.getAttribute('href'))
      return all.length > 0 && all
    }, { timeout: 30000 }).then(handle => handle.jsonValue(), () => [])
    console.log(`search "${words}": ${results.slice(0, 3).join(', ')}`)
    if (words === 'Sentinel') {
      await page.addScriptTag({ url: `${origin}${AXE}` })
      await checkAccess(page, 'the search', null, OF_SEARCH)
    }
    if (!results.slice(0, 5).some(result => result.startsWith(`${root}${versions[0]}/${expected}.html`))) faults.push(`search for "${words}" does not find ${expected}: ${results.join(', ')}`)
  }
}

/** On a phone the menus are behind buttons. */
async function checkMenus(browser) {
  const page = await tab(browser, PHONE)
  await shine(page, 'light')
  for (const [button, menu] of [['.VPNavBarHamburger', '.VPNavScreen .version-menu'], ['.VPLocalNav .menu', '.VPSidebar.open']]) {
    await open(page, `${versions[0]}/settings.html`)
    await page.addScriptTag({ url: `${origin}${AXE}` })
    await page.click(button)
    await page.waitForSelector(menu)
    // They glide and fade.
    await page.waitForFunction(() => document.getAnimations().every(animation => animation.playState !== 'running'))
    await checkAccess(page, `the menu behind ${button}`)
  }
  await page.close()
}

/** The site begins with the newest release, and the menu leads to the same page of another version, or to its start. */
async function checkVersions(browser) {
  const page = await tab(browser, SCREEN)
  await page.goto(`${origin}${root}`)
  await page.waitForFunction(start => location.pathname === start, {}, `${root}${newest ?? 'next'}/`)
  for (const from of versions) {
    for (const to of versions.filter(version => version !== from)) {
      await open(page, `${from}/settings.html`)
      await page.waitForFunction(count => document.querySelectorAll('.VPNavBar .version-menu option').length === count, {}, versions.length)
      await Promise.all([page.waitForNavigation(), page.select('.VPNavBar .version-menu select', to)])
      const at = new URL(page.url()).pathname
      if (at !== `${root}${to}/settings.html`) faults.push(`the menu of ${from} leads to ${at}, not to ${to}`)
      await page.waitForSelector('.VPDoc')
      const notes = await page.waitForFunction(wanted => document.querySelectorAll('.version-note a').length === wanted, { timeout: 10000 }, to === newest ? 0 : 1).catch(() => null)
      if (notes === null) faults.push(`${at} does not say which release is the newest`)
      await page.addScriptTag({ url: `${origin}${AXE}` })
      await checkAccess(page, `${at} beside other versions`)
    }
  }
  await page.close()
}

const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] })
try {
  const links = checkLinks()
  const names = files.filter(name => name.includes('/') && !isApi(name) && !name.endsWith('/404.html'))
    .map(name => name.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, ''))
  for (const version of versions) {
    const api = checkApi(version)
    console.log(`${version}: ${api} pages of Javadoc`)
    if (api < 150) faults.push(`The Javadoc of ${version} is not whole`)
  }
  if (option !== '--versions') {
    await Promise.all([checkPages(browser, PHONE, names), checkPages(browser, SCREEN, names)])
    await checkNotFound(browser)
    const page = await tab(browser, SCREEN)
    await checkGlossary(page)
    await checkSearch(page)
    await checkMenus(browser)
    await page.goto(`${origin}${root}${versions[0]}/api/index.html`, { waitUntil: 'load' })
  }
  await checkVersions(browser)
  console.log(`${names.length} pages, opened ${opened} times, ${links} links, ${faults.length} faults`)
  if (names.length < 30 * versions.length || links < 200) faults.push('That is too few: is the site whole?')
} finally {
  await browser.close()
  server.close()
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0

// Opens every page of the built site in Chromium: no error, no other host, nothing wider than a phone, no finding of axe, and search
// that finds. Usage: node check.mjs CHROMIUM
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, normalize } from 'node:path'
import puppeteer from 'puppeteer-core'

const site = new URL('./target/site/', import.meta.url).pathname
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.txt': 'text/plain', '.woff2': 'font/woff2', '.png': 'image/png', '.webp': 'image/webp' }

const server = createServer(async (request, response) => {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname))
  for (const file of [path, `${path}.html`, join(path, 'index.html')]) {
    try {
      const body = await readFile(join(site, file))
      return response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(body)
    } catch { /* the next one */ }
  }
  response.writeHead(404).end()
})
await new Promise(ready => server.listen(0, '127.0.0.1', ready))
const origin = `http://127.0.0.1:${server.address().port}`

const faults = []
const browser = await puppeteer.launch({ executablePath: process.argv[2], args: ['--no-sandbox', '--disable-gpu'] })
try {
  const page = await browser.newPage()
  page.on('console', message => message.type() === 'error' && faults.push(`${page.url()}: console: ${message.text()}`))
  page.on('pageerror', error => faults.push(`${page.url()}: ${error.message}`))
  page.on('request', request => /^(data:|blob:)/.test(request.url()) || request.url().startsWith(origin) || faults.push(`${page.url()} asks another host: ${request.url()}`))
  page.on('response', response => response.status() >= 400 && faults.push(`${page.url()}: ${response.status()} for ${response.url()}`))

  const names = readdirSync(site, { recursive: true })
    .filter(name => name.endsWith('.html') && name !== '404.html' && !name.startsWith('api/'))
    .map(name => `/${name.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')}`)
  const ids = new Map()
  const links = []
  for (const name of names) {
    await page.setViewport({ width: 375, height: 700, isMobile: true, hasTouch: true })
    await page.goto(origin + name, { waitUntil: 'load' })
    await page.waitForSelector('.VPDoc')
    const found = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ids: [...document.querySelectorAll('[id]')].map(element => element.id),
      links: [...document.querySelectorAll('.vp-doc a[href]')].map(link => link.href),
    }))
    if (found.wide > 0) faults.push(`${name}: is ${found.wide} px wider than a phone`)
    ids.set(name, new Set(found.ids))
    links.push(...found.links.filter(link => link.startsWith(origin)).map(link => [name, new URL(link)]))
  }
  for (const [from, link] of links) {
    const to = decodeURIComponent(link.pathname).replace(/\.html$/, '')
    if (ids.has(to) && link.hash && !ids.get(to).has(decodeURIComponent(link.hash.slice(1)))) {
      faults.push(`${from}: ${to} has no heading ${link.hash}`)
    }
  }

  // Each word of the glossary is linked from pages, once a page.
  for (const name of ['/sessions', '/java-api']) {
    await page.goto(origin + name, { waitUntil: 'load' })
    const terms = await page.$$eval('.vp-doc a.term', all => all.map(link => [link.textContent.replace(/s$/, ''), link.getAttribute('href'), link.title]))
    if (terms.length < 2 || new Set(terms.map(([word]) => word)).size !== terms.length) faults.push(`${name}: words of the glossary: ${terms.map(([word]) => word).join(', ')}`)
    for (const [word, href, meaning] of terms) if (!/\/architecture(\.html)?#glossary$/.test(href) || !meaning) faults.push(`${name}: "${word}" leads to ${href}`)
  }

  // By day and by night. Every page is made of the same parts, so a few stand for all.
  for (const scheme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }])
    await page.setViewport({ width: 1280, height: 900 })
    for (const name of ['/', '/settings', '/spring-boot', '/production-checklist', '/architecture']) {
      await page.goto(origin + name, { waitUntil: 'load' })
      await page.waitForSelector('.VPDoc')
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() => window.axe.run({ include: [['.VPDoc']] }))
      for (const violation of violations) {
        faults.push(`${name} (${scheme}): ${violation.id}: ${violation.help}: ${violation.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`)
      }
    }
  }

  for (const [words, expected] of [['session limit', 'sessions'], ['Sentinel', 'redis'], ['reset-on-read', 'ring']]) {
    await page.goto(`${origin}/`, { waitUntil: 'load' })
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
    if (!results.slice(0, 5).some(result => result.startsWith(`/${expected}.html`))) faults.push(`search for "${words}" does not find ${expected}: ${results.join(', ')}`)
  }
  const api = checkApi(new Set(names))
  console.log(`${api} pages of Javadoc`)
  if (api < 150) faults.push('The Javadoc is not whole')
  await page.goto(`${origin}/api/index.html`, { waitUntil: 'load' })
  console.log(`${names.length} pages, ${links.length} links, ${faults.length} faults`)
  if (names.length < 30 || links.length < 200) faults.push('That is too few: is the site whole?')
} finally {
  await browser.close()
  server.close()
}

/** Each link of the Javadoc leads to a page that there is, and to a place in it; it shows no package that is not exported. Answers the number of pages. */
function checkApi(pages) {
  const files = readdirSync(join(site, 'api'), { recursive: true }).filter(name => name.endsWith('.html'))
  const exported = new Set(readFileSync(join(site, 'api/element-list'), 'utf8').trim().split('\n'))
  const texts = new Map(files.map(name => [join('/api', name), readFileSync(join(site, 'api', name), 'utf8')]))
  for (const [name, text] of texts) {
    for (const [, link] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
      if (/^(https?:|mailto:|javascript:)/.test(link)) continue
      const [path, hash] = link.replaceAll('&amp;', '&').split('#')
      const to = path === '' ? name : normalize(join(name, '..', decodeURIComponent(path)))
      const there = texts.get(to) ?? (pages.has(to.replace(/(^|\/)index\.html$/, '$1').replace(/\.html$/, '')) ? '' : null)
      if (there === null) faults.push(`${name}: ${link} leads nowhere`)
      else if (hash && there && !there.includes(`id="${decodeURIComponent(hash).replaceAll('<', '&lt;').replaceAll('>', '&gt;')}"`)) faults.push(`${name}: ${link} leads to no place`)
    }
    if (/<(script|link|img|iframe)\b[^>]*(src|href)="(https?:)?\/\//.test(text)) faults.push(`${name} asks another host`)
    const inPackage = dirname(name).replace('/api/', '').replaceAll('/', '.')
    if (inPackage.startsWith('io.sojourn') && !exported.has(inPackage)) faults.push(`${name} is in a hidden package`)
  }
  return files.length
}

for (const fault of faults) console.error(fault)
process.exitCode = faults.length > 0 ? 1 : 0

// Copies the pages into the site, and points their links to where the pages are there.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sections } from './sections.mjs'

const site = dirname(fileURLToPath(import.meta.url))
const project = resolve(site, '..')
const pages = join(site, 'target/pages')

/** The names that GitHub gives to headings. */
export const slug = heading => heading.trim().toLowerCase().replace(/[^\p{L}\p{N}_\- ]/gu, '').replaceAll(' ', '-')

/** Where each page of the project is in the site. */
function places() {
  const files = ['README.md', 'TROUBLESHOOTING.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/shop/README.md']
  for (const entry of readdirSync(join(project, 'docs'), { recursive: true })) {
    if (entry.endsWith('.md')) files.push(`docs/${entry}`)
  }
  return new Map(files.map(file => [file, place(file)]))
}

function place(file) {
  if (file === 'README.md') return 'index.md'
  if (file === 'examples/shop/README.md') return 'demo.md'
  return file.replace(/^docs\//, '').replace(/README\.md$/, 'index.md').replace(/^[A-Z]+\.md$/, name => name.toLowerCase())
}

/** A link of a page; what is no page is laid beside them, so that it can be read without the project's repository. */
function target(from, link, all) {
  if (/^[a-z]+:/.test(link) || link.startsWith('#')) return link
  const [path, anchor] = link.split('#')
  const file = relative(project, resolve(project, dirname(from), path))
  const hash = anchor ? `#${anchor}` : ''
  if (all.has(file)) return `/${all.get(file)}${hash}`
  if (!existsSync(join(project, file))) throw new Error(`${from}: there is no ${link}`)
  if (statSync(join(project, file)).isDirectory()) return null
  const image = /\.(svg|png|gif|webp)$/.test(file)
  const copy = image ? `images/${file.replaceAll('/', '-')}` : `source/${file}${/\.(json|xml|txt)$/.test(file) ? '' : '.txt'}`
  mkdirSync(dirname(join(pages, 'public', copy)), { recursive: true })
  cpSync(join(project, file), join(pages, 'public', copy))
  return image ? `/${copy}` : `/${copy}" target="_self`
}

const FENCED = /(^```[^]*?^```$)/m
const LINK = /(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g

/** What is shown of a terminal, as a block with a language: such blocks can be scrolled by the keyboard, too. */
const fencedTerminal = text => text.replace(/(^|\n)([^\n]*)\n\n((?: {4}[^\n]*\n(?:\n(?= {4}))?)+)/g, (whole, start, before, code) =>
  /^\s*(?:[-*]|\d+\.|\s{2})/.test(before) ? whole : `${start}${before}\n\n\`\`\`text\n${code.replace(/^ {4}/gm, '')}\`\`\`\n`)

const outsideCode = (text, change) => text.split(FENCED).map((part, i) => i % 2 === 1 ? part : change(part)).join('')

function rewritten(from, text, all) {
  return outsideCode(outsideCode(text, fencedTerminal), part => part.replace(LINK, (whole, bang, label, link) => {
    const to = target(from, link, all)
    if (to === null) return label
    if (to.endsWith('" target="_self')) return `<a href="${to}">${label.replace(/`([^`]*)`/g, '<code>$1</code>')}</a>`
    return `${bang}[${label}](${to})`
  }))
}

export function copyPages() {
  rmSync(pages, { recursive: true, force: true })
  mkdirSync(pages, { recursive: true })
  const all = places()
  for (const [file, to] of all) {
    mkdirSync(dirname(join(pages, to)), { recursive: true })
    writeFileSync(join(pages, to), rewritten(file, readFileSync(join(project, file), 'utf8'), all))
  }
}

const link = to => `/${to.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`

/** The menu: the sections, each decision below its page, and last what is in no section yet. */
export function sidebar() {
  const all = places()
  const listed = new Set(Object.values(sections).flatMap(names => Object.keys(names)))
  const menu = Object.entries(sections).map(([text, names]) => ({
    text,
    items: Object.entries(names).filter(([file]) => all.has(file)).map(([file, name]) => ({ text: name, link: link(all.get(file)) })),
  }))
  const others = [...all.keys()].filter(file => !listed.has(file) && !file.startsWith('docs/decisions/'))
  if (others.length > 0) {
    menu.push({ text: 'More', items: others.map(file => ({ text: title(file), link: link(all.get(file)) })) })
  }
  return menu
}

const title = file => readFileSync(join(project, file), 'utf8').split('\n')[0].replace(/^# /, '')

/** Of the parent POM, which has it first. */
export const version = () => /<version>([^<]+)<\/version>/.exec(readFileSync(join(project, 'pom.xml'), 'utf8'))[1]

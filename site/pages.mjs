// Copies the pages into the site, and points their links to where the pages are there.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sections } from './sections.mjs'

const site = dirname(fileURLToPath(import.meta.url))
const project = resolve(site, '..')
const pages = join(site, 'target/pages')

/** Of the parent POM, which has it first. */
const version = /<version>([^<]+)<\/version>/.exec(readFileSync(join(project, 'pom.xml'), 'utf8'))[1]

/** What the site is about: the version of the POM, or the release that SITE_VERSION names, which then stands in its pages. */
export const published = process.env.SITE_VERSION || version

/** The folder of the version: patches of a minor version replace each other. */
export const folder = published.endsWith('-SNAPSHOT') ? 'next' : published.split('.').slice(0, 2).join('.')

/** Below which path of the host: that of all versions, which SITE_ROOT names, and the folder of this one. */
export const base = `${process.env.SITE_ROOT || '/'}${folder}/`

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
  return image ? `/${copy}` : `${base}${copy}" target="_self`
}

const FENCED = /(^```[^]*?^```$)/m
const LINK = /(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g

/** What is shown of a terminal, as a block with a language: such blocks can be scrolled by the keyboard, too. */
const fencedTerminal = text => text.replace(/(^|\n)([^\n]*)\n\n((?: {4}[^\n]*\n(?:\n(?= {4}))?)+)/g, (whole, start, before, code) =>
  /^\s*(?:[-*]|\d+\.|\s{2})/.test(before) ? whole : `${start}${before}\n\n\`\`\`text\n${code.replace(/^ {4}/gm, '')}\`\`\`\n`)

/** The files that HTML in a page shows: a picture that moves, and the one in its place for who wants no movement. */
const SHOWN = /(<(?:img|source) [^>]*?\b(?:src|srcset)=")([^"\s]+)(")/g

const outsideCode = (text, change) => text.split(FENCED).map((part, i) => i % 2 === 1 ? part : change(part)).join('')

function rewritten(from, text, all) {
  const shown = part => part.replace(SHOWN, (whole, before, file, after) => `${before}${target(from, file, all)}${after}`)
  return outsideCode(outsideCode(text, fencedTerminal), part => shown(part).replace(LINK, (whole, bang, label, link) => {
    const to = target(from, link, all)
    if (to === null) return label
    if (to.endsWith('" target="_self')) return `<a href="${to}">${label.replace(/`([^`]*)`/g, '<code>$1</code>')}</a>`
    return `${bang}[${label}](${to})`
  }))
}

/** The words of the glossary with what they mean: the rows of its table. */
const glossary = [.../^## Glossary$([^]*?)(?=^## |$(?![^]))/m.exec(readFileSync(join(project, 'docs/architecture.md'), 'utf8'))[1]
  .matchAll(/^\| (?!word |---)(.*?) \| (.*) \|$/gm)].map(([, word, meaning]) => ({ word, meaning }))

/** What is not to be linked: code, links, tags. */
const MARKED_UP = /(`[^`]*`|!?\[(?:[^\[\]]|\[[^\]]*\])*\]\([^)]*\)|<a [^]*?<\/a>|<[^>]*>)/

/** Links each word of the glossary where a page first has it in a sentence, and shows its meaning to a pointer that rests there. */
function withGlossary(text) {
  const words = new Map(glossary.map(({ word, meaning }) => [word, meaning]))
  return outsideCode(text, part => part.split('\n\n').map(block => /^\n*(#|\||<| {4})/.test(block) ? block
    : block.split(MARKED_UP).map((piece, i) => i % 2 === 1 ? piece : linked(piece, words)).join('')).join('\n\n'))
}

function linked(piece, words) {
  if (words.size === 0) return piece
  // The longest first: a session id is no session.
  const any = new RegExp(`(?<![\\w.-]|CSRF )(${[...words.keys()].sort((a, b) => b.length - a.length).join('|')})(s?)(?![\\w-])`, 'g')
  return piece.replace(any, (whole, word) => {
    const meaning = words.get(word)
    words.delete(word)
    return meaning ? `[${whole}](/architecture#glossary "${meaning.replaceAll('"', '')}"){.term}` : whole
  })
}

/** The pages with their text, and where they are in the site. */
export const allPages = () => [...places()].map(([file, to]) =>
  ({ file, link: to.replace(/\.md$/, '.html'), text: readFileSync(join(project, file), 'utf8') }))

/** The page that has it, and lists. */
const WITHOUT_GLOSSARY = /^docs\/architecture\.md$|CHANGELOG\.md$/

export function copyPages() {
  rmSync(pages, { recursive: true, force: true })
  mkdirSync(pages, { recursive: true })
  const all = places()
  for (const [file, to] of all) {
    mkdirSync(dirname(join(pages, to)), { recursive: true })
    const text = rewritten(file, readFileSync(join(project, file), 'utf8').replaceAll(version, published), all)
    writeFileSync(join(pages, to), WITHOUT_GLOSSARY.test(file) ? text : withGlossary(text))
  }
}

const link = to => `/${to.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')}`

/** The menu: the sections, and last what is in no section yet. Decisions and runbooks are linked by the page that lists them. */
export function sidebar() {
  const all = places()
  const listed = new Set(Object.values(sections).flatMap(names => Object.keys(names)))
  const menu = Object.entries(sections).map(([text, names]) => ({
    text,
    items: Object.entries(names).filter(([file]) => all.has(file)).map(([file, name]) => ({ text: name, link: link(all.get(file)) })),
  }))
  const others = [...all.keys()].filter(file => !listed.has(file) && !/^docs\/(decisions|runbooks)\//.test(file))
  if (others.length > 0) {
    menu.push({ text: 'More', items: others.map(file => ({ text: title(file), link: link(all.get(file)) })) })
  }
  return menu
}

const title = file => readFileSync(join(project, file), 'utf8').split('\n')[0].replace(/^# /, '')

// Shows in the Javadoc of each type the first compiled example of the pages that uses it. A nested type that no example names, as most builders
// and enums, shows the example of the type around it.
// JavaBlocksTest compiles all blocks of Java in the pages. Usage: node examples.mjs
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { allPages, folder, slug } from './pages.mjs'

const api = new URL(`./target/site/${folder}/api/`, import.meta.url).pathname

/** What no application names: Spring Boot, the servlet container or ServiceLoader finds it, and properties set it up. */
const FOUND_BY_OTHERS = /(AutoConfiguration|Endpoint|Properties)$|^(SojournInitializer|RedisStoreProvider|MemoryStoreProvider|EncryptionProvider|CompressionProvider|HealthDetails|KeepFilter|SpringSessionMove|SpringSessionStore|SessionEvents)$/

const escaped = text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** The blocks of Java with the page and the heading that they are under; the page that is made of examples goes first. */
function blocks() {
  const found = []
  for (const { file, link, text } of allPages().sort((a, b) => (b.file === 'docs/java-api.md') - (a.file === 'docs/java-api.md'))) {
    let heading = null
    let title = text.split('\n')[0].replace(/^# /, '')
    for (const part of text.split(/(^```[^]*?^```$)/m)) {
      if (part.startsWith('```java\n')) found.push({ title, heading, link, code: part.slice(8, -4) })
      else if (!part.startsWith('```')) heading = [...part.matchAll(/^##+ (.*)$/gm)].at(-1)?.[1] ?? heading
    }
  }
  return found
}

const all = blocks()
const exampleOf = type => all.find(block => new RegExp(`\\b${type.replaceAll('.', '\\.')}\\b`).test(block.code))
const without = []
let shown = 0
for (const name of readdirSync(api, { recursive: true })) {
  const type = basename(name, '.html')
  if (!name.startsWith('io/') || !/^[A-Z][\w.]*$/.test(type)) continue
  const example = exampleOf(type) ?? exampleOf(type.split('.')[0])
  if (!example) {
    if (!FOUND_BY_OTHERS.test(type.split('.')[0])) without.push(name)
    continue
  }
  const root = '../'.repeat(name.split('/').length)
  const from = `${root}${example.link}${example.heading ? `#${slug(example.heading)}` : ''}`
  const html = readFileSync(join(api, name), 'utf8')
  const summary = html.indexOf('<section class="summary">')
  const place = summary < 0 ? html.indexOf('</main>') : summary // A type without members has no summary.
  if (place < 0) throw new Error(`${name}: there is no place for the example`)
  writeFileSync(join(api, name), `${html.slice(0, place)}<section class="example" id="example"><h2>Example</h2>
<pre><code>${escaped(example.code)}</code></pre>
<p>From <a href="${from}">${escaped(example.title)}</a>.</p></section>
${html.slice(place)}`)
  shown++
}
console.log(`${shown} types have an example`)
for (const name of without) console.error(`${name}: no example of the pages uses it; add one to docs/java-api.md`)
if (without.length > 0 || shown < 150) process.exitCode = 1

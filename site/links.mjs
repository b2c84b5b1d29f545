// Asks the other hosts that the pages link to whether each page is still there. It fails only if a host answers that one is gone: no network, a
// slow host, or one that refuses robots is nobody's fault here. Usage: node links.mjs
import { pathToFileURL } from 'node:url'
import { allPages } from './pages.mjs'

const GONE = [404, 410]
const AT_ONCE = 6

/** The links to other hosts in all pages, each with the first page that has it. */
export function links(pages = allPages()) {
  const found = new Map()
  for (const { file, text } of pages) {
    for (const [, link] of text.matchAll(/\]\((https:\/\/[^)\s]+)\)/g)) {
      const url = link.replace(/#.*$/, '')
      if (!found.has(url)) found.set(url, file)
    }
  }
  return found
}

/** The status that a host answers with, or what kept it from answering. Some hosts do not take HEAD. */
async function answer(url, deadline) {
  try {
    const ask = method => fetch(url, { method, redirect: 'follow', signal: AbortSignal.timeout(deadline), headers: { 'User-Agent': 'sojourn-docs-links' } })
    let response = await ask('HEAD')
    if (response.status >= 400) {
      response = await ask('GET')
      await response.body?.cancel()
    }
    return { status: response.status }
  } catch (error) {
    return { fault: error.cause?.code ?? error.name }
  }
}

/** Which of the links are gone, and which could not be asked for. A host that did not answer once is not asked again. */
export async function check(urls, deadline = 5000) {
  const result = { gone: [], leftOut: [], there: 0 }
  const silent = new Map()
  const waiting = [...urls]
  const worker = async () => {
    for (let url = waiting.shift(); url !== undefined; url = waiting.shift()) {
      const host = new URL(url).host
      const { status, fault } = silent.has(host) ? { fault: silent.get(host) } : await answer(url, deadline)
      if (fault !== undefined) silent.set(host, fault)
      if (GONE.includes(status)) result.gone.push(`${url}: ${status}`)
      else if (fault !== undefined || status >= 400) result.leftOut.push(`${url}: ${fault ?? status}`)
      else result.there++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return result
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const all = links()
  const { gone, leftOut, there } = await check(all.keys())
  console.log(`${there} links to other hosts lead to a page`)
  if (there === 0) console.log(`docs-site: left out: ${leftOut.length} links to other hosts: no host can be reached`)
  else for (const link of leftOut) console.log(`docs-site: left out: ${link}`)
  for (const link of gone) console.error(`${all.get(link.replace(/: \d+$/, ''))}: ${link}`)
  process.exitCode = gone.length > 0 ? 1 : 0
}

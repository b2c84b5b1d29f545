// Lays the built version of the site beside the other versions that a directory has, and writes what the version menu reads.
// Usage: node publish.mjs DIRECTORY
import { copyFileSync, cpSync, existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { folder } from './pages.mjs'

const built = new URL('./target/site/', import.meta.url).pathname
const directory = resolve(process.argv[2] ?? built)

if (directory !== resolve(built)) {
  rmSync(join(directory, folder), { recursive: true, force: true })
  cpSync(join(built, folder), join(directory, folder), { recursive: true })
}

const newestFirst = (a, b) => {
  const [left, right] = [a, b].map(name => name === 'next' ? [Infinity, 0] : name.split('.').map(Number))
  return right[0] - left[0] || right[1] - left[1]
}
const all = readdirSync(directory).filter(name => /^(next|\d+\.\d+)$/.test(name) && existsSync(join(directory, name, 'index.html'))).sort(newestFirst)
const newest = all.find(name => name !== 'next') ?? null
const start = newest ?? 'next'
writeFileSync(join(directory, 'versions.json'), `${JSON.stringify({ newest, all })}\n`)
writeFileSync(join(directory, 'index.html'), `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Sojourn</title><link rel="icon" href="data:,"><link rel="canonical" href="${start}/">
<meta http-equiv="refresh" content="0; url=${start}/"></head><body><a href="${start}/">Sojourn ${start}</a></body></html>
`)
copyFileSync(join(directory, start, '404.html'), join(directory, '404.html'))
console.log(`${directory} has the versions ${all.join(', ')}, and begins with ${start}`)

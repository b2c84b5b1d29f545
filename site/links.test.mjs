// The check of links to other hosts, against a host of its own.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { check, links } from './links.mjs'

const methods = []
const server = createServer((request, response) => {
  const path = request.url.slice(1)
  if (path === 'silent') return
  if (path === 'moved') return response.writeHead(302, { Location: '/200' }).end()
  if (path === 'no-head') methods.push(request.method)
  response.writeHead(path === 'no-head' ? (request.method === 'HEAD' ? 404 : 200) : Number(path)).end()
})
const at = path => `http://127.0.0.1:${server.address().port}/${path}`

before(() => new Promise(ready => server.listen(0, '127.0.0.1', ready)))
after(() => server.closeAllConnections() ?? server.close())

test('pages that are gone are told, pages that are there are counted', async () => {
  const { gone, leftOut, there } = await check([at('200'), at('404'), at('410'), at('moved'), at('no-head')])
  assert.deepEqual(gone.sort(), [`${at('404')}: 404`, `${at('410')}: 410`])
  assert.deepEqual(leftOut, [])
  assert.equal(there, 3)
  assert.deepEqual(methods, ['HEAD', 'GET'])
})

test('a host that refuses, fails or is silent is left out', async () => {
  const refused = await check([at('403'), at('429'), at('503')])
  assert.deepEqual([refused.gone.length, refused.leftOut.length], [0, 3])
  const silent = await check([at('silent')], 200)
  assert.deepEqual(silent.leftOut, [`${at('silent')}: TimeoutError`])
})

test('a host that cannot be reached is asked once', async () => {
  const nobody = 'http://127.0.0.1:1'
  const { gone, leftOut } = await check([`${nobody}/a`, `${nobody}/b`])
  assert.deepEqual(gone, [])
  assert.equal(leftOut.length, 2)
})

test('links of the pages are found once, without the heading', () => {
  const pages = [{ file: 'a.md', text: '[x](https://one.example/p#h) [y](b.md) | [z](https://one.example/p) |' }, { file: 'b.md', text: '[x](https://two.example)' }]
  assert.deepEqual([...links(pages)], [['https://one.example/p', 'a.md'], ['https://two.example', 'b.md']])
  assert.ok(links().size > 15)
})

import { base, copyPages, folder, published, sidebar, slug } from '../pages.mjs'

copyPages()

export default {
  title: 'Sojourn',
  description: 'HTTP sessions in Redis or Valkey, for Spring Boot, servlet containers, Ring and plain Java.',
  lang: 'en',
  base,
  srcDir: 'target/pages',
  outDir: `target/site/${folder}`,
  cacheDir: 'target/cache',
  // No icon is asked for, and nothing comes from another host.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    anchor: { slugify: slug },
    languageAlias: { haproxy: 'apache' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: accessible,
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    nav: [
      { component: 'VersionMenu', props: { version: published } },
      { text: 'Changelog', link: '/changelog' },
      { text: 'Javadoc', link: '/api/index.html', target: '_self' },
    ],
    footer: { message: 'Apache License 2.0' },
  },
}

/** Blocks without a language can be scrolled by the keyboard, as the others can; a table's empty corner is no heading. */
function accessible(markdown) {
  const { rules } = markdown.renderer
  const plain = rules.code_block
  rules.code_block = (...all) => plain(...all).replace('<pre', '<pre tabindex="0"')
  const isEmpty = (tokens, i) => tokens[i].content === ''
  rules.th_open = (tokens, i, options, env, self) => isEmpty(tokens, i + 1) ? '<td>' : self.renderToken(tokens, i, options)
  rules.th_close = (tokens, i, options, env, self) => isEmpty(tokens, i - 1) ? '</td>\n' : self.renderToken(tokens, i, options)
}

import { copyPages, sidebar, slug, version } from '../pages.mjs'

copyPages()

export default {
  title: 'Sojourn',
  description: 'HTTP sessions in Redis or Valkey, for Spring Boot, servlet containers, Ring and plain Java.',
  lang: 'en',
  srcDir: 'target/pages',
  outDir: 'target/site',
  cacheDir: 'target/cache',
  // No icon is asked for, and nothing comes from another host.
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  markdown: {
    anchor: { slugify: slug },
    languageAlias: { haproxy: 'apache' },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: sidebar(),
    outline: { level: [2, 3] },
    nav: [{ text: version(), link: '/versions' }, { text: 'Changelog', link: '/changelog' }, { text: 'Javadoc', link: '/api/index.html', target: '_self' }],
    footer: { message: 'Apache License 2.0' },
  },
}

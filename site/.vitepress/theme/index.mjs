import { h } from 'vue'
import theme from 'vitepress/theme-without-fonts'
import NotFound from './NotFound.vue'
import VersionMenu from './VersionMenu.vue'
import VersionNote from './VersionNote.vue'
import './style.css'

export default {
  extends: theme,
  Layout: () => h(theme.Layout, null, { 'doc-before': () => h(VersionNote), 'not-found': () => h(NotFound) }),
  enhanceApp: ({ app }) => app.component('VersionMenu', VersionMenu),
}

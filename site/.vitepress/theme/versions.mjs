// Which versions of the site lie beside this one. They change after it was built, so the browser asks for them.
import { ref } from 'vue'

/** The folder of this version, such as /0.1/, is the last part of the base. */
export const own = base => base.split('/').at(-2)

export const root = base => base.slice(0, -own(base).length - 1)

/** Null until the answer is there, or if there is none. */
export const versions = ref(null)

let asked = false

export async function ask(base) {
  if (asked) return
  asked = true
  try {
    const answer = await fetch(`${root(base)}versions.json`)
    if (answer.ok) versions.value = await answer.json()
  } catch {
    // Then the menu has this version alone.
  }
}

// Hands that have only a keyboard: where the focus goes is watched all the way, and a pointer that stirs is a fault.
import type { Locator, Page } from 'playwright-core'
import { until } from './until.ts'

export interface Keyboard {
  readonly page: Page
  /** Presses keys one after the other, as Playwright calls them. */
  press(...keys: readonly string[]): Promise<void>
  type(text: string): Promise<void>
  /** Tab (backwards where that is the way) until it has the focus, then it is where keys go. */
  to(target: Locator): Promise<void>
  /** Goes there and presses Enter. */
  enter(target: Locator): Promise<void>
  /** Goes there and writes in place of what stands there. */
  write(target: Locator, text: string): Promise<void>
  /** Goes to a list of choices and types what is wanted. */
  choose(target: Locator, label: string): Promise<void>
  /** Goes to a box or switch and turns it. */
  turn(target: Locator): Promise<void>
  /** Goes along a menu that is open to what is called so, and takes it. */
  take(item: string | RegExp): Promise<void>
  /** What has the focus, in words. */
  focused(): Promise<string>
  /** What went wrong since it was asked for last. */
  faults(): Promise<string[]>
  /** The screen was changed by no hand: a focus that went with it is not lost. */
  forget(): Promise<void>
}

/** More than any screen has between two things. */
const MANY_TABS = 160

/** Watches all pages of the context from now on. Pages that are open must be loaded anew. */
export async function keyboardOf(page: Page): Promise<Keyboard> {
  await page.context().addInitScript(WATCH)
  const { keyboard } = page
  const focused = () => page.evaluate<string>('__keys.focused()')
  const to = async (target: Locator) => {
    await target.waitFor({ state: 'attached' })
    const way: string[] = []
    for (let pressed = 0; pressed <= MANY_TABS; pressed++) {
      const found = await target.evaluate(where)
      if (found === 'here') return
      if (pressed === MANY_TABS) break
      await keyboard.press(found === 'before' ? 'Shift+Tab' : 'Tab')
      way.push(await focused())
    }
    throw new Error(`${target} is not reached by Tab; the way: ${[...new Set(way)].slice(0, 60).join(', ')}`)
  }
  return {
    page,
    focused,
    to,
    async press(...keys) {
      for (const key of keys) await keyboard.press(key)
    },
    type: (text) => keyboard.type(text),
    async enter(target) {
      await to(target)
      await keyboard.press('Enter')
    },
    async write(target, text) {
      await to(target)
      await keyboard.press('Control+a')
      await keyboard.type(text)
    },
    async choose(target, label) {
      await to(target)
      await keyboard.type(label)
      await until(async () => (await target.locator('option:checked').textContent())?.trim().startsWith(label), {
        what: `${label} to be chosen`,
      })
    },
    async turn(target) {
      await to(target)
      await keyboard.press('Space')
    },
    async take(item) {
      const wanted = page.getByRole('menuitem', { name: item, exact: typeof item === 'string' })
      await wanted.waitFor()
      for (let pressed = 0; pressed < 30; pressed++) {
        if (await wanted.evaluate(hasFocus)) return keyboard.press('Enter')
        await keyboard.press('ArrowDown')
      }
      throw new Error(`${item} is not reached by the arrows`)
    },
    faults: () => page.evaluate<string[]>('__keys.faults()'),
    forget: async () => void (await page.evaluate('__keys.forget()')),
  }
}

interface OnPage {
  readonly document: { readonly activeElement: unknown; readonly body: unknown }
}

function hasFocus(element: unknown): boolean {
  return element === (globalThis as unknown as OnPage).document.activeElement
}

/** Where the wanted element is, seen from what has the focus. */
function where(element: { compareDocumentPosition(other: never): number }): 'here' | 'before' | 'after' {
  const { activeElement, body } = (globalThis as unknown as OnPage).document
  if (element === activeElement) return 'here'
  const isFollowed = (element.compareDocumentPosition(activeElement as never) & 4) !== 0
  return activeElement !== body && isFollowed ? 'before' : 'after'
}

/**
 * On the page: notes every pointer that stirs; what has the focus without showing it (no outline on it, around or beside it,
 * and nothing about it changes when it leaves; a screen shows that it is there); focus that fell to nowhere and stays there (a button at work gets it back); focus on what cannot be seen.
 */
const WATCH = `(() => {
  const faults = new Set()
  let last = null
  let lostSince = 0
  const still = new CSSStyleSheet()
  still.replaceSync('*,*::before,*::after{transition:none!important}')
  document.adoptedStyleSheets = [still]
  const nameOf = (one) => one === null || one === document.body ? 'nothing'
    : (one.tagName.toLowerCase() + ' ' + (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.getAttribute('name') || one.textContent || one.className || '').trim().slice(0, 40)).trim()
  for (const type of ['pointerdown', 'pointermove', 'mousedown', 'wheel', 'touchstart'])
    addEventListener(type, (event) => event.isTrusted && faults.add('a pointer: ' + type + ' on ' + nameOf(event.target)), { capture: true, passive: true })
  const has = (one) => {
    if (!one) return false
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one)
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !/, 0\\)$|transparent/.test(outlineColor)
  }
  const around = (one) => [one, document.getElementById(one.getAttribute('aria-activedescendant') ?? ''), one.parentElement, one.parentElement?.parentElement, one.nextElementSibling].filter(Boolean)
  const looks = (one) => around(one).map((each) => {
    const { borderTopColor, boxShadow, backgroundColor, outlineStyle } = getComputedStyle(each)
    return borderTopColor + boxShadow + backgroundColor + outlineStyle
  }).join()
  const shown = new WeakMap()
  addEventListener('focusin', ({ target }) => {
    if (target.matches('main')) return
    last = target
    lostSince = 0
    shown.set(target, around(target).some(has) || (target.labels?.[0] && has(target.labels[0])) || looks(target))
    requestAnimationFrame(() => {
      if (document.activeElement !== target) return
      const { left, top, right, bottom, width, height } = target.getBoundingClientRect()
      const outside = right < 0 || bottom < 0 || left > innerWidth || top > innerHeight
      const input = target.matches('input[type=radio],input[type=checkbox],input[type=file]')
      if (outside || (!input && (width < 2 || height < 2))) faults.add('out of sight: ' + nameOf(target))
    })
  }, true)
  addEventListener('focusout', ({ target }) => {
    const before = shown.get(target)
    if (typeof before === 'string' && target.isConnected && target.checkVisibility() && looks(target) === before)
      faults.add('does not show that it has the focus: ' + nameOf(target))
  }, true)
  setInterval(() => {
    if (last === null || last.matches('[data-loading]') || document.activeElement !== document.body) { lostSince = 0; return }
    const now = performance.now()
    if (lostSince === 0) lostSince = now
    else if (now - lostSince > 300) { faults.add('focus lost after: ' + nameOf(last)); last = null }
  }, 50)
  globalThis.__keys = {
    focused: () => nameOf(document.activeElement),
    faults: () => { const all = [...faults]; faults.clear(); return all },
    forget: () => { last = null },
  }
})()`

// What axe finds on a page, what only a mouse can do, and whether the page is wider than the window.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[]
}

/** Serious and critical findings in words; empty when there are none. `rules`: only these. */
export async function seriousFindings(page: Page, rules?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async (only) => {
    const run = (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe
    const some = only === undefined ? {} : { runOnly: only }
    const { violations } = await run.run({ resultTypes: ['violations'], iframes: false, preload: false, ...some })
    const shown = (v: AxeResult['violations'][number]) =>
      v.nodes
        .map((n) => n.html.slice(0, 160))
        .slice(0, 3)
        .join(' | ')
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${shown(v)}`)
  }, rules)
}

/** What is too faint in other colours than those the page has now: nothing else depends on them. */
export async function faintIn(
  page: Page,
  scheme: 'light' | 'dark',
  palette: 'normal' | 'colour-blind',
): Promise<string[]> {
  const before = await page.evaluate(wear, { 'data-mantine-color-scheme': scheme, 'data-palette': palette })
  const findings = await seriousFindings(page, ['color-contrast'])
  await page.evaluate(wear, before)
  return findings
}

/** Sets attributes of the page; returns what they were. */
function wear(wanted: Readonly<Record<string, string | null>>): Record<string, string | null> {
  const html = (globalThis as unknown as { document: { documentElement: Worn } }).document.documentElement
  const before = Object.fromEntries(Object.keys(wanted).map((name) => [name, html.getAttribute(name)]))
  for (const [name, value] of Object.entries(wanted))
    if (value === null) html.removeAttribute(name)
    else html.setAttribute(name, value)
  return before
}

interface Worn {
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  removeAttribute(name: string): void
}

/**
 * What answers a click but cannot be reached by keyboard: neither it, nor anything in it, nor anything around it takes the
 * focus. Read from React's own notes on the elements, for nothing else knows who listens.
 */
export function mouseOnly(page: Page): Promise<string[]> {
  return page.locator('body').evaluate((body) => {
    const takesFocus = 'a[href],button,input,select,textarea,summary,[tabindex],[contenteditable=true]'
    const listens = (element: object) => {
      const key = Object.keys(element).find((name) => name.startsWith('__reactProps$'))
      const props = key && (element as Record<string, { onClick?: unknown } | undefined>)[key]
      return typeof props === 'object' && typeof props.onClick === 'function'
    }
    return (
      [...body.querySelectorAll('*')]
        // a label passes the click on; what lies behind a dialog closes it, as Escape does
        .filter((one) => listens(one) && one.checkVisibility() && !one.matches('label,.mantine-Overlay-root'))
        .filter((one) => !one.closest(takesFocus) && !one.querySelector(takesFocus))
        .map((one) => one.outerHTML.slice(0, 160))
    )
  })
}

/** Pixels by which the page, or the screen inside its frame, is too wide. */
export function overflowOf(page: Page): Promise<number> {
  return page
    .locator('body')
    .evaluate((body) =>
      Math.max(...[body, ...body.querySelectorAll('[data-screen]')].map((one) => one.scrollWidth - one.clientWidth)),
    )
}

/** The innermost elements that stand out of their screen to the right, as tag, class and the beginning of their text. */
export function standingOut(page: Page): Promise<string[]> {
  return page.locator('body').evaluate((body) =>
    [...body.querySelectorAll('[data-screen]')].flatMap((screen) => {
      const edge = screen.getBoundingClientRect().left + screen.clientWidth + 1
      const out = [...screen.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > edge)
      return out
        .filter((one) => !out.some((other) => other !== one && one.contains(other)))
        .slice(0, 5)
        .map(
          (one) => `${one.tagName} ${one.parentElement?.className} > ${one.className} ${one.textContent?.slice(0, 40)}`,
        )
    }),
  )
}

/** What a finger would miss: buttons, fields and links with a side below 44 px. Links that are words, not boxes, are as high as the text. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.locator('body').evaluate((body) => {
    const wanted = 44
    type Target = ReturnType<typeof body.querySelectorAll>[number]
    const { getComputedStyle } = globalThis as unknown as {
      getComputedStyle(
        of: object,
        part?: string,
      ): Record<'padding' | 'backgroundColor' | 'borderStyle' | 'content' | 'position' | 'top', string>
    }
    const targets =
      'button,a[href],input,select,textarea,summary,[role=button],[role=tab],[role=checkbox],[role=switch]'
    const isInText = (one: Target) => {
      const { padding, backgroundColor, borderStyle } = getComputedStyle(one)
      const isPlain = padding === '0px' && borderStyle === 'none' && backgroundColor === 'rgba(0, 0, 0, 0)'
      return one.matches('a') && isPlain && one.querySelector('svg,img') === null
    }
    /** A box answers to the words beside it; what is drawn around a target to be hit belongs to it. */
    const sizeOf = (one: Target) => {
      const label = one.matches('input[type=checkbox],input[type=radio]') ? one.closest('label,[class*=-body]') : null
      const { width, height } = (label ?? one).getBoundingClientRect()
      const around = getComputedStyle(one, '::before')
      const more = around.content !== 'none' && around.position === 'absolute' ? -2 * Number.parseFloat(around.top) : 0
      return { width: width + Math.max(0, more), height: height + Math.max(0, more) }
    }
    return [...body.querySelectorAll(targets)]
      .filter((one) => one.checkVisibility() && !one.closest('.sr-only,[aria-hidden=true]') && !isInText(one))
      .filter((one) => one.getBoundingClientRect().left > -500)
      .map((one) => ({ one, ...sizeOf(one) }))
      .filter(({ width, height }) => width > 1 && (width < wanted - 0.5 || height < wanted - 0.5))
      .map(({ one, width, height }) => `${Math.round(width)} x ${Math.round(height)}: ${one.outerHTML.slice(0, 140)}`)
  })
}

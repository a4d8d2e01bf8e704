// What axe finds on a page, and whether the page is wider than the window.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly { id: string; impact: string; nodes: readonly { html: string }[] }[]
}

/** Serious and critical findings in words; empty when there are none. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const run = (globalThis as unknown as { axe: { run(options: object): Promise<AxeResult> } }).axe
    const { violations } = await run.run({ resultTypes: ['violations'], iframes: false, preload: false })
    const shown = (v: AxeResult['violations'][number]) =>
      v.nodes
        .map((n) => n.html.slice(0, 160))
        .slice(0, 3)
        .join(' | ')
    return violations
      .filter((v) => v.impact === 'serious' || v.impact === 'critical')
      .map((v) => `${v.id}: ${shown(v)}`)
  })
}

/** Pixels by which the page is too wide. */
export function overflowOf(page: Page): Promise<number> {
  return page.locator('body').evaluate((body) => body.scrollWidth - body.clientWidth)
}

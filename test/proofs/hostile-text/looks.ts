// What a browser does with it: on every screen, did anything run, become an element, leave the page, break the layout or turn the
// words beside it round?
import type { Page } from 'playwright-core'
import { overflowOf, standingOut } from '../../support/accessibility.ts'
import { goTo, openBrowser, signIn } from '../../support/browser.ts'
import { ADMIN_PASSWORD } from '../../support/installation.ts'

interface Watched {
  addEventListener(type: string, listener: (event: unknown) => void): void
  getComputedStyle(element: unknown): { readonly display: string; readonly unicodeBidi: string }
  hostileRan?: number
  hostileViolations?: string[]
}

export interface Looks {
  readonly findings: readonly string[]
  /** How many different texts each screen showed. */
  readonly shown: Readonly<Record<string, number>>
}

export async function lookAround(
  base: string,
  executable: string,
  paths: readonly string[],
  progress: (message: string) => void,
): Promise<Looks> {
  await using browser = await openBrowser({ executable })
  const { page, context } = browser
  const findings: string[] = []
  await context.addInitScript(() => {
    const watched = globalThis as unknown as Watched
    watched.hostileViolations = []
    watched.addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI, sample } = event as Record<string, string>
      watched.hostileViolations?.push(`${violatedDirective} ${blockedURI} ${sample}`)
    })
  })
  context.on('request', (request) => {
    if (!request.url().startsWith(`${base}/`) && !/^(data|blob):/.test(request.url()))
      findings.push(`asked for ${request.url().slice(0, 200)}`)
  })
  context.on('dialog', (dialog) => {
    findings.push(`a dialog said ${dialog.message().slice(0, 100)}`)
    void dialog.dismiss()
  })
  await signIn(page, base, 'admin', ADMIN_PASSWORD)
  const shown: Record<string, number> = {}
  for (const path of paths) {
    await goTo(page, base, path)
    const marks = new Set<string>()
    let last = -1
    // long lists hold only the rows in sight
    for (let i = 0; i < 40 && marks.size !== last; i++) {
      last = marks.size
      for (const mark of await marksOn(page)) marks.add(mark)
      for (const finding of await wrongOn(page)) findings.push(`${path}: ${finding}`)
      await page
        .locator('[role=grid]')
        .first()
        .evaluate(scrollOn, undefined, { timeout: 50 })
        .catch(() => undefined)
    }
    const tooWide = await overflowOf(page)
    if (tooWide > 0) findings.push(`${path}: ${tooWide} px too wide: ${(await standingOut(page)).join(' | ')}`)
    shown[path] = marks.size
    progress(`${path}: ${marks.size} texts shown`)
  }
  for (const complaint of browser.complaints) findings.push(`the browser said: ${complaint.slice(0, 300)}`)
  return { findings: [...new Set(findings)], shown }
}

const scrollOn = (grid: { scrollBy(x: number, y: number): void }) => grid.scrollBy(0, 600)

async function marksOn(page: Page): Promise<string[]> {
  const text = await page.locator('body').evaluate((body) => {
    const inputs = [...body.querySelectorAll('input,textarea')].map(
      (one) => (one as unknown as { value: string }).value,
    )
    return `${body.textContent} ${inputs.join(' ')}`
  })
  return text.match(/HX\d{3}/g) ?? []
}

/** On the page as it stands. */
function wrongOn(page: Page): Promise<string[]> {
  return page.locator('body').evaluate((body) => {
    const wrong: string[] = []
    const watched = globalThis as unknown as Watched
    if (watched.hostileRan) wrong.push(`a script ran ${watched.hostileRan} times`)
    for (const violation of watched.hostileViolations?.splice(0) ?? [])
      wrong.push(`it came to the policy: ${violation}`)
    const { ownerDocument: document } = body
    type Element = typeof body
    type Node = { readonly parentElement: unknown }
    for (const element of document.querySelectorAll('[data-hostile]'))
      wrong.push(`an element was made of it: ${element.outerHTML.slice(0, 120)}`)
    for (const link of document.querySelectorAll('a[href],form[action],iframe,object,img[src]')) {
      const to = link.getAttribute('href') ?? link.getAttribute('action') ?? link.getAttribute('src') ?? ''
      if (
        /^\s*(javascript|vbscript|data:text)/i.test(to) ||
        /hostile\.invalid/.test(new URL(to, document.baseURI).host)
      )
        wrong.push(`a link leads to ${to.slice(0, 100)}`)
    }
    // what turns the direction round must have a box of its own: nothing else may stand in the same line of text
    const turns = /[\u202a-\u202e\u2066-\u2069\u200f\u061c\u0590-\u08ff]/
    const isolates = (element: Element) => {
      const { display, unicodeBidi } = watched.getComputedStyle(element)
      return display !== 'inline' || /isolate|plaintext/.test(unicodeBidi)
    }
    const boxOf = (node: Node): Element => {
      let box = node.parentElement as Element
      while (box !== body && !isolates(box)) box = box.parentElement as Element
      return box
    }
    const inBoxes = new Map<Element, string[]>()
    const texts = document.createTreeWalker(body, 4)
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const own = (node.textContent ?? '').trim()
      if (own === '' || !node.parentElement?.checkVisibility()) continue
      const box = boxOf(node)
      inBoxes.set(box, [...(inBoxes.get(box) ?? []), own])
    }
    for (const [box, parts] of inBoxes) {
      const leaks = parts.find((part) => turns.test(part))
      if (leaks !== undefined && parts.length > 1)
        wrong.push(
          `direction leaks: ${JSON.stringify(parts.map((part) => part.slice(0, 40)))} in ${box.outerHTML.slice(0, 200)}`,
        )
    }
    return [...new Set(wrong)].slice(0, 20)
  })
}

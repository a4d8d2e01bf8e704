// The system's Chromium under playwright-core: one program, and in it as many people as a test needs, each with cookies
// and a store of their own.
import { type BrowserContext, type Browser as Chromium, chromium, type Page } from 'playwright-core'

export interface PersonOptions {
  readonly width?: number
  readonly height?: number
  readonly language?: 'en' | 'zh-CN'
  readonly scheme?: 'light' | 'dark'
  /** Believes any certificate: the collector's own authority is none of the browser's. */
  readonly anyCertificate?: boolean
}

export interface BrowserOptions extends PersonOptions {
  readonly executable: string
  /** More arguments of the program. */
  readonly args?: readonly string[]
}

/** Somebody's browser: what one person has open. */
export interface Person extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** What the pages complained about: exceptions, CSP violations, console errors. */
  readonly complaints: string[]
}

export interface Browser extends Person {
  /** Somebody else, in the same program: nothing is shared but the processor. */
  person(options?: PersonOptions): Promise<Person>
}

const ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** Opens a browser with one page. Language and colour scheme are what the system would ask for. */
export async function openBrowser({ executable, args = [], ...options }: BrowserOptions): Promise<Browser> {
  const program = await chromium.launch({ executablePath: executable, headless: true, args: [...ARGS, ...args] })
  const first = await personIn(program, options)
  return {
    ...first,
    person: (other = {}) => personIn(program, other),
    [Symbol.asyncDispose]: () => program.close(),
  }
}

async function personIn(program: Chromium, options: PersonOptions): Promise<Person> {
  const context = await program.newContext({
    locale: options.language ?? 'en',
    colorScheme: options.scheme ?? 'light',
    // what moves only costs time here
    reducedMotion: 'reduce',
    ignoreHTTPSErrors: options.anyCertificate === true,
    timezoneId: 'Asia/Shanghai',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  })
  const complaints: string[] = []
  // a busy machine is no fault of the console
  context.setDefaultTimeout(60_000)
  context.on('weberror', (error) => complaints.push(String(error.error().stack ?? error.error())))
  context.on('console', (message) => {
    const { url } = message.location()
    if (message.type() === 'error')
      complaints.push(`${message.text()} ${/Failed to load/.test(message.text()) ? url : ''}`)
  })
  const page = await context.newPage()
  return { context, page, complaints, [Symbol.asyncDispose]: () => context.close() }
}

/** Signs in through the form and waits for the alarm list. */
export async function signIn(page: Page, address: string, user: string, password: string): Promise<void> {
  await page.goto(`${address}/login?to=/alarms`)
  await page.locator('input[name=user]').fill(user)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((url) => url.pathname === '/alarms')
}

/** What a page with the console has on its window; TanStack Router leaves itself there. */
interface ConsolePage {
  readonly history: { pushState(state: unknown, title: string, url: string): void }
  readonly __TSR_ROUTER__: RouterOnPage
}
interface RouterOnPage {
  readonly state: { readonly status: string; readonly resolvedLocation?: { readonly pathname: string } }
  readonly options: {
    readonly context: { readonly running: { readonly queries: Record<string, (filter: object) => void> } }
  }
}

/**
 * Goes to a screen as a link in the console does, a tenth of what loading the page anew costs, and waits until it stands.
 * What the page knew is asked for again and what was typed is gone, as after a load. A page that shows no console yet is
 * loaded.
 */
export async function goTo(page: Page, address: string, path: string): Promise<void> {
  if (!page.url().startsWith(`${address}/`) || /\/login\b/.test(new URL(page.url()).pathname))
    await page.goto(address + path)
  else {
    const target = new URL(address + path).pathname
    if (new URL(page.url()).pathname === target) await push(page, target === '/agents' ? '/sites' : '/agents')
    await push(page, path)
  }
  await settled(page)
}

/** Resolves when a screen stands and nothing on it says that it waits. */
export async function settled(page: Page): Promise<void> {
  await page.locator('[data-screen]').waitFor()
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
}

async function push(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    const { history, __TSR_ROUTER__: router } = globalThis as unknown as ConsolePage
    const { queries } = router.options.context.running
    queries.removeQueries?.({ type: 'inactive' })
    queries.invalidateQueries?.({ refetchType: 'none' })
    history.pushState({}, '', to)
  }, path)
  await page.waitForFunction((pathname) => {
    const { state } = (globalThis as unknown as ConsolePage).__TSR_ROUTER__
    return state.status === 'idle' && state.resolvedLocation?.pathname === pathname
  }, new URL(path, 'http://console').pathname)
}

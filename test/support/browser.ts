// The system's Chromium under playwright-core, with a profile of its own that is thrown away.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

export interface BrowserOptions {
  readonly executable: string
  readonly width?: number
  readonly height?: number
  readonly language?: 'en' | 'zh-CN'
  readonly scheme?: 'light' | 'dark'
  /** Believes any certificate: the collector's own authority is none of the browser's. */
  readonly anyCertificate?: boolean
}

export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext
  readonly page: Page
  /** What the pages complained about: exceptions, CSP violations, console errors. */
  readonly complaints: string[]
}

const ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

/** Opens a browser with one page. Language and colour scheme are what the system would ask for. */
export async function openBrowser(options: BrowserOptions): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'outrider-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: options.executable,
    headless: true,
    args: ARGS,
    locale: options.language ?? 'en',
    colorScheme: options.scheme ?? 'light',
    ignoreHTTPSErrors: options.anyCertificate === true,
    timezoneId: 'Asia/Shanghai',
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
  })
  const complaints: string[] = []
  // a busy machine is no fault of the console
  context.setDefaultTimeout(60_000)
  context.on('weberror', (error) => complaints.push(String(error.error().stack ?? error.error())))
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    complaints,
    async [Symbol.asyncDispose]() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** Signs in through the form and waits for the alarm list. */
export async function signIn(page: Page, address: string, user: string, password: string): Promise<void> {
  await page.goto(`${address}/login`)
  await page.locator('input[name=user]').fill(user)
  await page.locator('input[name=password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL(/\/alarms/)
}

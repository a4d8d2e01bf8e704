// A browser signed in at the console over the played API: how every file of browser tests begins.
import type { Locator, Page } from 'playwright-core'
import type { Role } from '#shared/http/session.ts'
import { buildConsole } from '../system/build-console.ts'
import { type Browser, goTo, openBrowser, type Person, type PersonOptions, signIn } from './browser.ts'
import { type ConsoleApi, startConsoleApi } from './console-scenario/console-api.ts'
import { requireProgram } from './programs.ts'
import { ADMIN_PASSWORD } from './test-api.ts'

/** Empty where there is no Chromium: such tests are left out. */
export const CHROMIUM = (requireProgram('chromium') as string | undefined) ?? ''

export interface OpenConsole extends AsyncDisposable {
  readonly consoleDir: string
  readonly api: ConsoleApi
  readonly browser: Browser
  readonly page: Page
  /** Goes to a screen and waits until it stands. */
  open(path: string, on?: Page): Promise<void>
  /** Somebody else at the same console, signed in without the form; a user of that role is made when there is none. */
  person(options?: PersonOptions & { readonly role?: Role }): Promise<Person>
  dialog(on?: Page): Locator
  /** A text is the whole name of the button. */
  button(name: string | RegExp, within?: Page | Locator): Locator
  /** By its label, with or without the star of what must be filled in. */
  field(name: string, within?: Page | Locator): Locator
}

/** Starts API and browser and signs the administrator in. `prepare` runs before the first page is asked for. */
export async function openConsole(
  prepare: (context: Person['context'], api: ConsoleApi) => Promise<unknown> = async () => undefined,
): Promise<OpenConsole> {
  const consoleDir = await buildConsole()
  const api = await startConsoleApi({ consoleDir })
  const browser = await openBrowser({ executable: CHROMIUM })
  const { page } = browser
  await prepare(browser.context, api)
  await signIn(page, api.address, 'admin', ADMIN_PASSWORD)
  const users = new Set<Role>(['admin'])
  const cookieOf = async (role: Role) => {
    if (!users.has(role)) await addUser(api, role)
    users.add(role)
    return api.api.signIn(role, role === 'admin' ? ADMIN_PASSWORD : PASSWORD)
  }
  return {
    ...{ consoleDir, api, browser, page },
    open: (path, on = page) => goTo(on, api.address, path),
    async person({ role = 'admin', ...options } = {}) {
      const person = await browser.person(options)
      const [name, value] = (await cookieOf(role)).split('=') as [string, string]
      await person.context.addCookies([{ name, value, url: api.address }])
      return person
    },
    dialog: (on = page) => on.locator('[role=dialog]'),
    button: (name, within = page) => within.getByRole('button', { name, exact: typeof name === 'string' }),
    field: (name, within = page) =>
      within.getByLabel(new RegExp(`^${RegExp.escape(name)}( \\*)?$`)).and(within.locator('input, select, textarea')),
    async [Symbol.asyncDispose]() {
      await browser[Symbol.asyncDispose]()
      await api[Symbol.asyncDispose]()
    },
  }
}

const PASSWORD = 'look but do not touch'

async function addUser(api: ConsoleApi, role: Role): Promise<void> {
  const headers = { cookie: await api.api.signIn(), 'x-requested-with': 'outrider' }
  const payload = { name: role, role, password: PASSWORD }
  const made = await api.api.app.inject({ method: 'POST', url: '/api/v1/users', headers, payload })
  if (made.statusCode !== 201) throw new Error(made.body)
}

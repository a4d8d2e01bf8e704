// What everybody may change of their own account besides the password: how the console looks to them.
import type { UpdatePreferences } from '#shared/http/preferences.ts'
import { DEFAULT_PREFERENCES, type Preferences } from '#shared/http/session.ts'
import type { AccessCommit, AccessStore, Account } from './access-store.ts'

export interface Personal {
  /** The standard for an unknown user. */
  personal(user: string): Promise<{ preferences: Preferences; passwordGiven: boolean }>
  /** Nothing happens for an unknown user. */
  changePreferences(user: string, change: UpdatePreferences): Promise<void>
}

export function createPersonal(deps: {
  readonly store: AccessStore
  readonly commit: AccessCommit
  inTurn<T>(work: () => Promise<T>): Promise<T>
}): Personal {
  const { store, commit, inTurn } = deps
  return {
    async personal(user) {
      const account = await store.account(user)
      return {
        preferences: { ...DEFAULT_PREFERENCES, ...account?.preferences },
        passwordGiven: account?.passwordGiven === true,
      }
    },
    changePreferences: (user, { language, ...change }) =>
      inTurn(async () => {
        const old = await store.account(user)
        if (!old) return
        const account: Account = {
          ...old,
          language: language === undefined ? old.language : language,
          preferences: merged({ ...DEFAULT_PREFERENCES, ...old.preferences }, change),
        }
        const detail = { ...change, ...(language === undefined ? {} : { language }) }
        await commit([{ kind: 'save-account', account }], {
          ...{ actor: user, action: 'change-preferences', subject: `user:${user}`, detail },
        })
      }),
  }
}

const merged = (old: Preferences, change: Omit<UpdatePreferences, 'language'>): Preferences => ({
  timeZone: change.timeZone === undefined ? old.timeZone : change.timeZone,
  theme: change.theme ?? old.theme,
  palette: change.palette ?? old.palette,
})

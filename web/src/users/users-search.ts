// What the address of the screen says: which part of it, and what is looked for.

export const USER_VIEWS = ['users', 'roles', 'failed'] as const
export type UserView = (typeof USER_VIEWS)[number]

export interface UsersSearch {
  readonly view?: UserView | undefined
  readonly q?: string | undefined
}

export function readUsersSearch(raw: Record<string, unknown>): UsersSearch {
  return {
    view: USER_VIEWS.find((view) => view === raw.view && view !== 'users'),
    q: typeof raw.q === 'string' && raw.q !== '' ? raw.q.slice(0, 200) : undefined,
  }
}

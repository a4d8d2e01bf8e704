// What each role may do, told from the tables that decide it.
import { ROLES } from '#shared/http/session.ts'
import type { RoleTable } from '#shared/http/users.ts'
import { POLICY } from './policy.ts'
import { SCOPES } from './scope.ts'

/** `paths`: those of the OpenAPI document, where a parameter is `{name}`. */
export function roleTable(paths: Readonly<Record<string, Record<string, { summary?: string }>>>): RoleTable {
  const items = Object.entries(POLICY).flatMap(([key, policy]) => {
    const [method = '', path = ''] = key.split(' ')
    if (policy === 'public' || !path.startsWith('/api/')) return []
    const summary = paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]?.summary ?? ''
    const scope = SCOPES[key]
    const limited = scope === undefined ? 'refused' : scope === 'open' ? 'open' : 'own'
    return [{ method, path, summary, roles: ROLES.filter((role) => policy.includes(role)), limited } as const]
  })
  return { items, nextCursor: null }
}

// Addresses of the screens that run Outrider itself: its health, who may come in, what was done.
import { type AnyRoute, createRoute } from '@tanstack/react-router'
import { readAuditSearch } from '../audit/audit-search.ts'
import { readTokensSearch } from '../tokens/tokens-search.ts'
import { readUsersSearch } from '../users/users-search.ts'
import { screen } from './lazy-screen.ts'

export function runRoutes<P extends AnyRoute>(getParentRoute: () => P) {
  const health = createRoute({
    getParentRoute,
    path: '/health',
    component: screen(() => import('../health/health-screen.tsx'), 'HealthScreen'),
  })
  const users = createRoute({
    getParentRoute,
    path: '/users',
    validateSearch: readUsersSearch,
    component: screen(() => import('../users/users-screen.tsx'), 'UsersScreen'),
  })
  const tokens = createRoute({
    getParentRoute,
    path: '/tokens',
    validateSearch: readTokensSearch,
    component: screen(() => import('../tokens/tokens-screen.tsx'), 'TokensScreen'),
  })
  const audit = createRoute({
    getParentRoute,
    path: '/audit',
    validateSearch: readAuditSearch,
    component: screen(() => import('../audit/audit-screen.tsx'), 'AuditScreen'),
  })
  return [health, users, tokens, audit] as const
}

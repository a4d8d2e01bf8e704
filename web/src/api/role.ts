import { useQuery } from '@tanstack/react-query'
import type { Role } from '#shared/http/session.ts'
import { sessionQuery } from './queries.ts'

/** True for administrators: who may add agents, decide on requests and change what a site watches. */
export const useMayChange = (): boolean => useIsOneOf('admin')

/** True for who works here: what is kept for sites may be seen, alarms and incidents worked on. Others see what is watched. */
export const useMayLookInto = (): boolean => useIsOneOf('admin', 'noc', 'desk', 'engineer')

/** True for who knows the equipment: links may be drawn, sweeps ended, unknown traps set aside. */
export const useMayTend = (): boolean => useIsOneOf('admin', 'noc', 'engineer')

/** True for everybody but people at a customer's: how things are held back, rules and agents may be seen. */
export const useMaySee = (): boolean => useIsOneOf('admin', 'noc', 'desk', 'engineer', 'viewer')

/** True for who sees every customer: what is of the whole installation is for them alone. */
export const useSeesAll = (): boolean => useQuery(sessionQuery).data?.customers === null

function useIsOneOf(...roles: readonly Role[]): boolean {
  const role = useQuery(sessionQuery).data?.role
  return role !== undefined && roles.includes(role)
}

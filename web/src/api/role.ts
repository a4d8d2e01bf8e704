import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from './queries.ts'

/** True for administrators: who may add agents, decide on requests and change what a site watches. */
export function useMayChange(): boolean {
  return useQuery(sessionQuery).data?.role === 'admin'
}

/** True for who works here: requests, tokens and what is kept for sites may be seen. Viewers see what is watched. */
export function useMayLookInto(): boolean {
  const role = useQuery(sessionQuery).data?.role
  return role === 'admin' || role === 'noc'
}

import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from './queries.ts'

/** True for administrators: who may add agents, decide on requests and change what a site watches. */
export function useMayChange(): boolean {
  return useQuery(sessionQuery).data?.role === 'admin'
}

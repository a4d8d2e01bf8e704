// What waits behind a way of the navigation. One line for each screen that has something to count.
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { healthQuery } from '../api/queries.ts'
import { useMayLookInto, useSeesAll } from '../api/role.ts'
import { enrolmentsQuery, isWaiting } from '../enrolment/enrolment-queries.ts'

export interface NavigationCount {
  readonly number: number
  /** Nothing is broken: it only waits. */
  readonly calm: boolean
  readonly says: string
}

/** By path; screens where nothing waits have none. */
export function useNavigationCounts(): Readonly<Record<string, NavigationCount | undefined>> {
  const { t } = useTranslation()
  const incidents = useQuery(healthQuery).data?.openIncidents
  const mayDecide = [useMayLookInto(), useSeesAll()].every(Boolean)
  const agents = useQuery({ ...enrolmentsQuery, enabled: mayDecide }).data?.items.filter(isWaiting).length
  const count = (number: number | undefined, calm: boolean, says: string) =>
    number === undefined || number === 0 ? undefined : { number, calm, says }
  return {
    '/incidents': count(incidents, false, t('navCount.incidents', { count: incidents ?? 0 })),
    '/agents': count(agents, true, t('navCount.agents', { count: agents ?? 0 })),
  }
}

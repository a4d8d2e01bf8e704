// One test: started, then asked for until it has ended.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { DeviceTestRow } from '#shared/http/device-test.ts'
import { get, send } from '../api/client.ts'

/** How often a running test is asked for, ms. */
const EVERY_MS = 500

export interface DeviceTest {
  readonly row: DeviceTestRow | undefined
  readonly busy: boolean
  readonly failure: unknown
  /** Values of the form when it was started, as given to `start`. */
  readonly of: string | undefined
  start(body: unknown, of?: string): void
}

/** `path`: where a test is asked for, below /api/v1. */
export function useDeviceTest(path: string): DeviceTest {
  const begin = useMutation({
    mutationFn: ({ body }: { body: unknown; of: string }) => send<DeviceTestRow>('POST', path, body),
  })
  const { data: started } = begin
  const query = useQuery({
    queryKey: ['device-test', started?.id],
    queryFn: ({ signal }) =>
      get<DeviceTestRow>(
        `/sites/${encodeURIComponent(started?.site ?? '')}/device-tests/${encodeURIComponent(started?.id ?? '')}`,
        {},
        signal,
      ),
    enabled: started !== undefined,
    refetchInterval: ({ state }) => (state.data?.endedAt == null && state.status !== 'error' ? EVERY_MS : false),
    gcTime: 0,
  })
  const row = query.data ?? started
  return {
    row,
    busy: begin.isPending || (row !== undefined && row.endedAt === null && !query.isError),
    failure: begin.error ?? query.error,
    of: begin.variables?.of,
    start: (body, of = '') => begin.mutate({ body, of }),
  }
}

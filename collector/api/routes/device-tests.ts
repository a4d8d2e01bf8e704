import { DeviceTestDraft, DeviceTestParams, DeviceTestRow } from '#shared/http/device-test.ts'
import { IdParams } from '#shared/http/paging.ts'
import { SiteParams } from '#shared/http/site-config.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Devices tried by the agent of their site. */
export function addDeviceTestRoutes(app: Routes, { deviceTests, reads }: ApiDeps): void {
  const tags = ['devices']
  const book = () => found(deviceTests, 'thing here')
  app.post(
    '/api/v1/sites/:id/device-tests',
    {
      schema: {
        ...{ tags, summary: 'Let an agent try a device before it is kept', params: SiteParams, body: DeviceTestDraft },
        response: { 202: DeviceTestRow },
      },
    },
    async (request, reply) => {
      const { test } = settled(await book().start(request.params.id, request.body, asking(request).user))
      return reply.code(202).send(test)
    },
  )
  app.get(
    '/api/v1/sites/:id/device-tests/:test',
    { schema: { tags, summary: 'How a test goes on', params: DeviceTestParams, response: { 200: DeviceTestRow } } },
    async ({ params }) => found(book().test(params.id, params.test), 'test'),
  )
  app.post(
    '/api/v1/devices/:id/test',
    {
      schema: {
        ...{ tags, summary: 'Let its agent try a device with the credentials it has', params: IdParams },
        response: { 202: DeviceTestRow },
      },
    },
    async (request, reply) => {
      const device = found(await reads.device(request.params.id), 'device')
      const { test } = settled(await book().startFor(device, asking(request).user))
      return reply.code(202).send(test)
    },
  )
}

import type { Readable } from 'node:stream'
import { savedAs } from '#shared/domain/attachment-name.ts'
import { Attachment, AttachmentParams, MAX_ATTACHMENT_BYTES, UploadBody, UploadQuery } from '#shared/http/incidents.ts'
import { IdParams } from '#shared/http/paging.ts'
import type { ApiDeps } from '../deps.ts'
import { found, Problem, settled } from '../problems.ts'
import { bookOf } from './incident-work.ts'
import { asking, type Routes } from './route.ts'

/** Files at incidents. They come as bytes and go as bytes to save: what is in them is never run or shown as a page. */
export function addIncidentFileRoutes(app: Routes, deps: ApiDeps): void {
  const tags = ['incidents']
  app.register((scope, _options, ready) => {
    // only here: the bytes are handed on as they come
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
    ;(scope as unknown as Routes).post(
      '/api/v1/incidents/:id/attachments',
      {
        bodyLimit: MAX_ATTACHMENT_BYTES + 1,
        schema: {
          ...{ tags, summary: 'Attach a file', params: IdParams, querystring: UploadQuery },
          ...{ consumes: ['application/octet-stream'], body: UploadBody },
          response: { 201: Attachment },
        },
      },
      async (request, reply) => {
        const stream = request.body as Readable | undefined
        if (stream === undefined || typeof (stream as { pipe?: unknown }).pipe !== 'function')
          throw new Problem('bad-request', 'send the file as application/octet-stream')
        const upload = { name: request.query.name, stream }
        const done = settled(await bookOf(deps).attach(request.params.id, upload, asking(request).user))
        if (done.tooLarge || done.attachment === undefined) {
          reply.header('connection', 'close')
          throw new Problem('too-large', `a file has at most ${MAX_ATTACHMENT_BYTES / 1024 / 1024} MB`)
        }
        return reply.code(201).send(done.attachment)
      },
    )
    ready()
  })
  app.get(
    '/api/v1/incidents/:id/attachments/:attachment',
    { schema: { tags, summary: 'A file, to save', params: AttachmentParams } },
    async (request, reply) => {
      const { id, attachment } = request.params
      const file = found(bookOf(deps).read(id, attachment), 'attachment')
      return reply
        .headers({
          'content-type': file.type,
          'content-length': file.size,
          'content-disposition': savedAs(file.name),
          'content-security-policy': "default-src 'none'; sandbox",
          'x-content-type-options': 'nosniff',
          'cache-control': 'private, no-store',
        })
        .send(file.stream)
    },
  )
  app.delete(
    '/api/v1/incidents/:id/attachments/:attachment',
    { schema: { tags, summary: 'Take back a file that no note holds', params: AttachmentParams } },
    async (request, reply) => {
      const { id, attachment } = request.params
      settled(await bookOf(deps).detach(id, attachment, asking(request).user))
      return reply.code(204).send()
    },
  )
}

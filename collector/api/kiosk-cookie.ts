// How a screen of a wallboard says which it is: a cookie for each link, so that one browser may show several boards; or the
// token itself as a bearer.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { KIOSK_ID, SCREEN_DAYS } from '#shared/http/kiosk.ts'
import type { Kiosks, KioskViewer, Opened } from '../kiosk/kiosk.ts'

/** Who reads a board; undefined: nobody who may, or not any more. */
export function viewerOf(request: FastifyRequest, kiosks: Pick<Kiosks, 'identify'>): Promise<KioskViewer | undefined> {
  return kiosks.identify({ secret: screenSecretOf(request), bearer: bearerOf(request) })
}

/** What the cookie of link `id` says; of the one that the address names by `k` when none is given. */
export function screenSecretOf(
  request: FastifyRequest,
  id: unknown = (request.query as { k?: unknown }).k,
): string | undefined {
  return typeof id === 'string' && KIOSK_ID.test(id) ? request.cookies[nameOf(request, id)] : undefined
}

/** Gives the browser its secret, or the time it may keep it once more. */
export function keepScreen(request: FastifyRequest, reply: FastifyReply, { secret, viewer }: Opened): void {
  void reply.setCookie(nameOf(request, viewer.kiosk), secret, {
    ...{ path: '/', httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https' },
    maxAge: SCREEN_DAYS * 86_400,
  })
}

export function bearerOf(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization
  if (header === undefined) return undefined
  // a wrong scheme is a wrong credential, not none: it must not fall back to the cookie
  return /^Bearer (\S{1,200})$/i.exec(header)?.[1] ?? ''
}

const nameOf = (request: FastifyRequest, id: string): string =>
  `${request.protocol === 'https' ? '__Host-' : ''}outrider_kiosk_${id}`

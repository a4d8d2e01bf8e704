import {
  CredentialDraft,
  CredentialList,
  CredentialParams,
  CredentialRow,
  ProfileDraft,
  ProfileFile,
  ProfileFileList,
  ProfileFileRow,
  ProfileParams,
  PushConfig,
  SiteConfigStatus,
  SiteParams,
  SiteSettings,
  SiteSettingsRow,
} from '#shared/http/site-config.ts'
import type { ApiDeps } from '../deps.ts'
import { found, settled } from '../problems.ts'
import { asking, type Routes } from './route.ts'

/** Credentials (secrets go in only), settings and profiles kept for a site, and what its agents made of all that. */
export function addSiteConfigRoutes(app: Routes, { siteConfig }: ApiDeps): void {
  const tags = ['site configuration']
  app.get(
    '/api/v1/sites/:id/config/credentials',
    {
      schema: {
        tags,
        summary: 'Credential sets, without secrets',
        params: SiteParams,
        response: { 200: CredentialList },
      },
    },
    async (request) => ({ items: found(siteConfig.credentials(request.params.id), 'site'), nextCursor: null }),
  )
  app.put(
    '/api/v1/sites/:id/config/credentials/:name',
    {
      schema: {
        tags,
        summary: 'Add or change a credential set',
        params: CredentialParams,
        body: CredentialDraft,
        response: { 200: CredentialRow },
      },
    },
    async (request) => {
      const { id, name } = request.params
      settled(await siteConfig.putCredentials(id, name, request.body, asking(request).user))
      return found(siteConfig.credential(id, name), 'credential set')
    },
  )
  app.delete(
    '/api/v1/sites/:id/config/credentials/:name',
    { schema: { tags, summary: 'Remove a credential set that nothing uses', params: CredentialParams } },
    async (request, reply) => {
      const { id, name } = request.params
      settled(await siteConfig.removeCredentials(id, name, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/v1/sites/:id/config/settings',
    { schema: { tags, summary: 'Settings of a site', params: SiteParams, response: { 200: SiteSettingsRow } } },
    async (request) => found(siteConfig.settings(request.params.id), 'site'),
  )
  app.put(
    '/api/v1/sites/:id/config/settings',
    {
      schema: {
        tags,
        summary: 'Change the settings of a site',
        params: SiteParams,
        body: SiteSettings,
        response: { 200: SiteSettingsRow },
      },
    },
    async (request) => {
      settled(await siteConfig.putSettings(request.params.id, request.body, asking(request).user))
      return found(siteConfig.settings(request.params.id), 'site')
    },
  )
  app.get(
    '/api/v1/sites/:id/config/profiles',
    { schema: { tags, summary: 'Device profiles of a site', params: SiteParams, response: { 200: ProfileFileList } } },
    async (request) => ({ items: found(siteConfig.profiles(request.params.id), 'site'), nextCursor: null }),
  )
  app.get(
    '/api/v1/sites/:id/config/profiles/:name',
    { schema: { tags, summary: 'One device profile', params: ProfileParams, response: { 200: ProfileFile } } },
    async (request) => found(siteConfig.profile(request.params.id, request.params.name), 'profile'),
  )
  app.put(
    '/api/v1/sites/:id/config/profiles/:name',
    {
      schema: {
        tags,
        summary: 'Add or change a device profile',
        params: ProfileParams,
        body: ProfileDraft,
        response: { 200: ProfileFileRow },
      },
      bodyLimit: 2 * 1024 * 1024,
    },
    async (request) => {
      const { id, name } = request.params
      settled(await siteConfig.putProfile(id, name, request.body.text, asking(request).user))
      return found(siteConfig.profile(id, name), 'profile')
    },
  )
  app.delete(
    '/api/v1/sites/:id/config/profiles/:name',
    { schema: { tags, summary: 'Remove a device profile', params: ProfileParams } },
    async (request, reply) => {
      const { id, name } = request.params
      settled(await siteConfig.removeProfile(id, name, asking(request).user))
      return reply.code(204).send()
    },
  )
  app.get(
    '/api/v1/sites/:id/config/status',
    {
      schema: {
        tags,
        summary: 'Which configuration the agents of a site use',
        params: SiteParams,
        response: { 200: SiteConfigStatus },
      },
    },
    async (request) => found(siteConfig.status(request.params.id), 'site'),
  )
  app.post(
    '/api/v1/sites/:id/config/push',
    {
      schema: {
        tags,
        summary: 'Send the configuration again as a new version',
        params: SiteParams,
        body: PushConfig,
        response: { 202: SiteConfigStatus },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      settled(await siteConfig.pushAgain(id, request.body.agent, asking(request).user))
      return reply.code(202).send(found(siteConfig.status(id), 'site'))
    },
  )
}

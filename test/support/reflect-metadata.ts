// The X.509 library's container asks for these at load; none of its classes we use keeps anything there.
Object.assign(Reflect, {
  getMetadata: () => undefined,
  getOwnMetadata: () => undefined,
  defineMetadata: () => undefined,
})

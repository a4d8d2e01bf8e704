// The CSP lets style elements in only with the page's nonce, which the collector writes into the page.

export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

// where the scroll lock under dialogs looks for it
Object.assign(globalThis, { __webpack_nonce__: styleNonce })

import { APIError, pathOf } from '~/api/client'
import type { Fax } from '~/api/schema'
import { imagePDF } from './imagePDF'

/** As much as the gateway takes. */
export const most = 20_000_000

export type Wrong = 'tooLarge' | 'badFile'

const kinds = /^(application\/pdf|image\/(tiff|jpeg|png))$/

/** What is wrong with a file before it is sent; undefined: nothing that is seen from outside. */
export function wrongWith(file: Pick<File, 'name' | 'type' | 'size'>): Wrong | undefined {
  if (!kinds.test(file.type) && !/\.(pdf|tiff?|jpe?g|png)$/i.test(file.name)) {
    return 'badFile'
  }
  return file.size > most ? 'tooLarge' : undefined
}

/** A picture becomes a PDF of one page, which is what the gateway takes. */
export async function faxable(file: File): Promise<Blob> {
  return /^image\/(jpeg|png)$/.test(file.type) || /\.(jpe?g|png)$/i.test(file.name) ? imagePDF(file) : file
}

/** Sends a fax, and tells the share of it that is uploaded, 0 to 1; 1: the gateway works on it. */
export function sendFax(to: string, extension: string, file: Blob, tell: (share: number) => void): Promise<Fax> {
  const form = new FormData()
  if (extension) {
    form.set('extension', extension)
  }
  form.set('to', to)
  form.set('file', file, 'fax')
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest() // fetch does not tell how far an upload is
    r.open('POST', pathOf('/faxes'))
    r.setRequestHeader('Accept', 'application/json')
    r.responseType = 'json'
    r.upload.onprogress = (e) => e.lengthComputable && tell(e.loaded / e.total)
    r.upload.onload = () => tell(1)
    r.onerror = () => reject(new APIError(0, 'unavailable', 'the gateway does not answer', '', 0))
    r.onload = () => {
      const body = (r.response ?? {}) as { data?: Fax; code?: string; message?: string; field?: string }
      if (r.status === 200 && body.data) {
        resolve(body.data)
      } else {
        reject(new APIError(r.status, body.code ?? 'internal', body.message ?? r.statusText, body.field ?? '', 0))
      }
    }
    r.send(form)
  })
}

import { APIError } from '~/api/client'

/** Sends a large file and tells how much of it is there, in percent: fetch cannot. */
export function upload(address: string, file: File, progress: (percent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const r = new XMLHttpRequest()
    r.open('POST', address)
    r.setRequestHeader('Accept', 'application/json')
    r.setRequestHeader('Content-Type', 'application/gzip')
    r.upload.onprogress = (e) => progress(e.total > 0 ? Math.floor((e.loaded / e.total) * 100) : 0)
    r.onerror = () => reject(new APIError(0, 'unavailable', 'the gateway does not answer', '', 0))
    r.onload = () => {
      if (r.status < 300) {
        resolve()
        return
      }
      let body: { code?: string; message?: string; field?: string } = {}
      try {
        body = JSON.parse(r.responseText) as typeof body
      } catch {
        // its status tells enough
      }
      reject(new APIError(r.status, body.code ?? 'internal', body.message ?? r.statusText, body.field ?? '', 0))
    }
    r.send(file)
  })
}

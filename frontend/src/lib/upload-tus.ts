/** Sends a file to the site itself by tus 1.0, through tus-js-client (files on the server's disk). */
import { DetailedError, Upload } from "tus-js-client";
import { aborted, freshToken, SendError, type Transfer, troubleOf } from "./upload-transfer";

/** One attempt; continues at the server's offset when `transfer.address` is known. */
export function sendByTus(transfer: Transfer): Promise<string> {
  return new Promise((resolve, reject) => {
    let fileId = "";
    const upload = new Upload(transfer.file, {
      // With an endpoint as well, the library would begin anew whenever the address cannot be asked: while the server
      // restarts, or when the sign-in ended.
      endpoint: transfer.address ? null : new URL(transfer.endpoint, location.href).href,
      uploadUrl: transfer.address ? new URL(transfer.address, location.href).href : null,
      chunkSize: transfer.chunkBytes,
      uploadSize: transfer.size,
      // Trying again, and remembering addresses, is the uploader's own work: it knows about tabs, people and sign-ins.
      retryDelays: null,
      storeFingerprintForResuming: false,
      metadata: {
        name: transfer.name,
        kind: transfer.kind,
        organisation: String(transfer.organisation),
        edition: String(transfer.edition),
        purpose: JSON.stringify(transfer.purpose),
      },
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", freshToken()),
      onAfterResponse: (_request, response) => {
        fileId = response.getHeader("Skillweek-File") || fileId;
      },
      onUploadUrlAvailable: () => transfer.onAddress(new URL(upload.url ?? "", location.href).pathname),
      onProgress: (sent) => transfer.onProgress(sent),
      onChunkComplete: (_size, accepted) => transfer.onAccepted(accepted),
      onSuccess: () => (fileId ? resolve(fileId) : reject(new SendError("network"))),
      onError: (error) => {
        if (error instanceof DetailedError && isMute(error)) {
          finish(upload.url ?? "", transfer).then(resolve, reject);
        } else {
          reject(asSendError(error, Boolean(upload.url ?? transfer.address)));
        }
      },
    });
    transfer.signal.addEventListener(
      "abort",
      () => {
        void upload.abort(false);
        reject(aborted());
      },
      { once: true },
    );
    upload.start();
  });
}

/** A refused `HEAD` says no reason. It means that all bytes are there, but the room they are for did not take them. */
function isMute(error: DetailedError): boolean {
  return error.originalRequest.getMethod() === "HEAD" && [400, 409, 413].includes(error.originalResponse?.getStatus() ?? 0);
}

/** Ask to complete an upload whose bytes are all there; the answer has the file, or the reason in words. */
async function finish(address: string, transfer: Transfer): Promise<string> {
  const headers = {
    "Tus-Resumable": "1.0.0",
    "Upload-Offset": String(transfer.size),
    "Content-Type": "application/offset+octet-stream",
    "X-CSRFToken": freshToken(),
  };
  let answer: Response;
  try {
    answer = await fetch(address, { method: "PATCH", headers, credentials: "same-origin", signal: transfer.signal });
  } catch {
    throw transfer.signal.aborted ? aborted() : new SendError("network");
  }
  const fileId = answer.headers.get("Skillweek-File");
  if (answer.ok && fileId) {
    return fileId;
  }
  throw troubleOf(answer.status, await answer.text(), true, answer.headers.get("Retry-After"));
}

function asSendError(error: Error, begun: boolean): SendError {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  if (!answer) {
    return new SendError("network");
  }
  return troubleOf(answer.getStatus(), answer.getBody() ?? "", begun, answer.getHeader("Retry-After") ?? null);
}

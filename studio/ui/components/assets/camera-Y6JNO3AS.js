function o(r,e={},...t){let i=document.createElement(r);for(let[n,s]of Object.entries(e)){if(s===void 0||s===!1)continue;let a=s===!0&&!n.startsWith("aria-");i.setAttribute(n,a?"":String(s))}return i.append(...t),i}function p(r,e,t={}){let i=o("button",{type:"button",class:"button",...t},r);return i.addEventListener("click",e),i}function m(r,e){r.textContent!==e&&(r.textContent=e)}var N=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function f(r){return N.format(r)}function k(r,e,t=`${e}s`){return`${f(r)} ${r===1?e:t}`}var S=`.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.side {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.count-row {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  justify-content: space-between;
  gap: 0.25rem 1rem;
}
.count {
  font-weight: 600;
  overflow-wrap: anywhere;
}
.recent {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(64px, 1fr));
  gap: 0.5rem;
  margin: 0;
  padding: 0;
  list-style: none;
}
.recent li {
  position: relative;
  min-width: 0;
}
.caption {
  display: block;
  overflow: hidden;
  color: var(--muted);
  font-size: 0.75rem;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.button.remove {
  position: absolute;
  top: 2px;
  right: 2px;
  min-height: 0;
  width: 1.6rem;
  height: 1.6rem;
  padding: 0;
  border: 1px solid rgba(255, 255, 255, 0.45);
  border-radius: 50%;
  background: rgba(0, 0, 0, 0.7);
  color: #ffffff;
  line-height: 1;
}
.button.remove:hover:not(:disabled) {
  background: #bd4043;
  color: #ffffff;
}
@media (hover: none) {
  .button.remove {
    width: 2rem;
    height: 2rem;
  }
}
`;var l=class extends Error{constructor(t,i,n,s){super(t);this.what=t;this.why=i;this.fix=n;this.status=s}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},M=new URL("../",import.meta.url),F=2e4,L="_streamlit_xsrf";function g(r,e={}){let t=new URL(r,M);for(let[i,n]of Object.entries(e))n!=null&&n!==""&&t.searchParams.set(i,String(n));return t.href}function z(){for(let r of document.cookie.split("; "))if(r.startsWith(`${L}=`))return r.slice(L.length+1);return""}async function V(){await fetch(new URL("../_stcore/health",M),{cache:"no-store"})}function G(r,e){try{let{error:t}=JSON.parse(e);if(t.what)return new l(t.what,t.why,t.fix,r)}catch{}return r>=500?new l(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new l(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function P(){return new l("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function A(r,e,t){let i={};r!=="GET"&&(i["x-xsrftoken"]=z()),t.json!==void 0&&(i["content-type"]="application/json");let n=new AbortController,s=setTimeout(()=>n.abort(),F),a=()=>n.abort();t.signal?.addEventListener("abort",a),t.signal?.aborted&&n.abort();let d={method:r,headers:i,credentials:"same-origin",keepalive:t.keepalive??!1,signal:n.signal};t.json!==void 0?d.body=JSON.stringify(t.json):t.body&&(d.body=t.body);try{return await fetch(e,d)}catch(c){throw t.signal?.aborted?c:P()}finally{clearTimeout(s),t.signal?.removeEventListener("abort",a)}}async function v(r,e,t={}){let i=await A(r,e,t);if(i.status===403&&r!=="GET"&&(await V().catch(()=>{}),i=await A(r,e,t)),!i.ok)throw G(i.status,await i.text().catch(()=>""));return i}async function I(r,e,t={}){return await(await v("POST",r,{...t,json:e})).json().catch(()=>Promise.reject(P()))}function u(r){return r instanceof l?r:new l("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var O=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function C(r,e){let t=document.createElement("span");t.style.color=e,r.append(t);let i=getComputedStyle(t).color;t.remove();let n=i.match(/[\d.]+/g)?.map(Number)??[],s=i.startsWith("color(")?255:1;return[(n[0]??0)*s,(n[1]??0)*s,(n[2]??0)*s]}function _([r,e,t]){let i=n=>{let s=n/255;return s<=.04045?s/12.92:((s+.055)/1.055)**2.4};return .2126*i(r)+.7152*i(e)+.0722*i(t)}function E(r){let e=_(C(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=e?"dark":"light";let t=_(C(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var W=50;function D(r,e){let t=new WeakMap;return i=>{let n=i.parentElement,s=t.get(n);if(s)E(s.host),s.instance.update(i);else{let c=document.createElement("style");c.textContent=O+r;let h=document.createElement("div");h.className="studio",n.append(c,h),E(h),s={host:h,style:c,instance:e(h,i),turn:0},t.set(n,s)}let a=s,d=++a.turn;return()=>{setTimeout(()=>{a.turn!==d||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),t.delete(n))},W)}}}function Y(r,...e){let t=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},r.what),o("p",{},r.why),o("p",{class:"notice-fix"},r.fix));return e.length>0&&t.append(o("div",{class:"notice-actions"},...e.map(i=>p(i.label,()=>i.run())))),t}function b(r,e,...t){if(!e){r.replaceChildren();return}let i=[e.what,e.why,...t.map(n=>n.label)].join(`
`);r.firstElementChild&&r.dataset.content===i||(r.dataset.content=i,r.replaceChildren(Y(e,...t)))}var xe=Math.random().toString(36).slice(2,10);function j(r,e){return r==="saving"?"saving…":r==="saved"?"saved":r==="offline"?`offline, ${e} waiting`:r==="refused"?`not saved, ${e} waiting`:""}var K=500,X=8e3,y=class extends Error{};async function $(r,e){for(let t=0;;t+=1){if(e.cancelled())throw new y;try{let i=await r();return e.trouble(null),i}catch(i){if(e.cancelled())throw new y;let n=u(i);if(!n.passing)throw n;await e.examine?.(),e.trouble(n),await Q(Math.min(X,K*2**t))}}}function Q(r){return new Promise(e=>setTimeout(e,r))}var Z=3,B=200,ee=24,te=200,T=new Map,w=class r{constructor(e){this.upload=e}upload;state="idle";error=null;recent=[];onChange=()=>{};queue=[];saved=new Map;creating=null;sending=new Set;taken=0;static open(e){let t=e===null?void 0:T.get(e);if(t)return t;let i=new r(e);return e!==null&&T.set(e,i),i}get waiting(){return this.queue.length+this.sending.size}get counts(){return Object.fromEntries([...this.saved].filter(([,e])=>e>0))}get total(){return[...this.saved.values()].reduce((e,t)=>e+t,0)}count(e){let t=[...this.queue,...this.sending].filter(i=>i.class_name===e&&!i.removed);return(this.saved.get(e)??0)+t.length}add(e,t){this.taken+=1;let i=new Date().toISOString().slice(0,19).replaceAll(":","-"),n=`${ie(e)}/${i}-${this.taken}.jpg`,s={class_name:e,name:n,picture:t,saved:!1,removed:!1};return this.queue.push(s),this.recent.unshift(s),this.recent.splice(ee),this.pump(),s}remove(e){e.removed=!0,this.forget(e);let t=this.queue.indexOf(e);t!==-1?this.queue.splice(t,1):e.saved&&this.erase(e),this.settle()}retry(){this.error=null,this.state="saving",this.pump()}discard(){for(let e of this.queue.splice(0))this.forget(e);this.error=null,this.settle()}pump(){for(;this.sending.size<Z&&this.error===null;){let e=this.queue.shift();if(!e)break;this.send(e)}this.settle()}async send(e){this.sending.add(e);try{await this.persist(async()=>{let t=await this.create(),i=g(`uploads/${t}/files`,{name:e.name});await v("PUT",i,{body:e.picture})}),e.saved=!0,this.tally(e,1),e.removed&&this.erase(e)}catch(t){e.removed||this.queue.unshift(e),this.error=u(t)}this.sending.delete(e),this.pump()}async erase(e){this.tally(e,-1);let t=g(`uploads/${this.upload??""}/files`,{name:e.name});try{await this.persist(()=>v("DELETE",t))}catch(i){if(i instanceof l&&i.status===404)return;this.tally(e,1),this.error=u(i)}this.settle()}create(){return this.upload!==null?Promise.resolve(this.upload):(this.creating??=I(g("uploads"),{}).then(({upload:e})=>(this.upload=e,T.set(e,this),e)).finally(()=>{this.creating=null}),this.creating)}persist(e){return $(e,{cancelled:()=>!1,trouble:t=>{this.state=t?"offline":"saving",this.onChange()}})}forget(e){let t=this.recent.indexOf(e);t!==-1&&this.recent.splice(t,1)}tally(e,t){this.saved.set(e.class_name,(this.saved.get(e.class_name)??0)+t)}settle(){this.error?this.state="refused":this.waiting===0?this.state=this.taken>0?"saved":"idle":this.state!=="offline"&&(this.state="saving"),this.onChange()}};function ie(r){let e=r.replace(/[/\\]/g,"-").replace(/\p{C}/gu,"").trim().replace(/^\.+/,"-"),t=Array.from(e),i=new TextEncoder;for(;i.encode(t.join("")).length>te;)t.pop();return t.join("")||"-"}var x=class{constructor(e){this.onLost=e;this.video=document.createElement("video"),this.video.muted=!0,this.video.playsInline=!0,this.video.setAttribute("aria-label","Live picture of the camera")}onLost;video;stream=null;turn=0;get live(){return this.stream!==null}get device(){return this.track?.getSettings().deviceId}get mirrored(){return this.track?.getSettings().facingMode!=="environment"}async start(e){this.stop();let t=++this.turn;if(!navigator.mediaDevices?.getUserMedia)throw re();let i={width:{ideal:640},height:{ideal:480}},n=e?{deviceId:{exact:e}}:{facingMode:{ideal:"user"}},s;try{s=await navigator.mediaDevices.getUserMedia({video:{...i,...n}})}catch(a){throw se(a)}if(t!==this.turn){for(let a of s.getTracks())a.stop();return!1}return this.stream=s,this.track?.addEventListener("ended",()=>{t===this.turn&&(this.stop(),this.onLost(ne()))}),this.video.srcObject=s,await this.video.play().catch(()=>{}),t===this.turn}stop(){this.turn+=1;for(let e of this.stream?.getTracks()??[])e.stop();this.stream=null,this.video.srcObject=null}async devices(){return(await navigator.mediaDevices.enumerateDevices()).filter(({kind:t})=>t==="videoinput")}shoot(e){let{videoWidth:t,videoHeight:i}=this.video,n=Math.min(t,i);if(n===0)return Promise.resolve(null);let s=document.createElement("canvas");s.width=e,s.height=e;let a=s.getContext("2d");if(!a)return Promise.resolve(null);a.imageSmoothingQuality="high";let d=(t-n)/2,c=(i-n)/2;return a.drawImage(this.video,d,c,n,n,0,0,e,e),new Promise(h=>s.toBlob(h,"image/jpeg",.92))}get track(){return this.stream?.getVideoTracks()[0]}};async function H(){try{return(await navigator.permissions.query({name:"camera"})).state==="granted"}catch{return!1}}function re(){return new l("The browser does not lend its camera to this page.",`It does so only over HTTPS, or where the address begins with localhost; this one is ${location.origin}.`,"Open the studio as localhost, on the machine it runs on or through an SSH tunnel; or put HTTPS before it.",-1)}function ne(){return new l("The camera has stopped.","It was unplugged, or its permission was taken away.","Plug it in again, then start it again. The pictures taken so far are kept.",-1)}function se(r){let e=r instanceof Error?r.name:"";return e==="NotAllowedError"||e==="SecurityError"?new l("This page may not use the camera.","The permission was refused, here or in the settings of the system.","Click the camera or the lock beside the address, allow the camera, then try again.",-1):e==="NotFoundError"||e==="OverconstrainedError"?new l("There is no camera.","The browser found none on this device.","Plug one in, then try again; or upload pictures from another device.",-1):e==="NotReadableError"||e==="AbortError"?new l("The camera does not start.","Another program is using it, or it is not ready.","Close other programs that show its picture, then try again.",-1):new l("The camera does not start.",r instanceof Error?r.message:String(r),"Try again, or choose another camera.",-1)}var U=`.camera {
  display: grid;
  gap: 1rem;
}
.camera-main {
  display: grid;
  gap: 0.6rem;
  justify-items: center;
}
.camera-main > *,
.camera .tools {
  width: min(100%, 360px);
}
.camera-main > div:empty,
.side > div:empty {
  display: none;
}
.view {
  position: relative;
  aspect-ratio: 1;
  overflow: hidden;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--soft);
}
.view.live {
  background: #000000;
}
.view video {
  display: none;
  width: 100%;
  height: 100%;
  object-fit: cover;
}
.view.live video {
  display: block;
}
.view.mirrored video {
  transform: scaleX(-1);
}
.cover {
  position: absolute;
  inset: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.75rem;
  padding: 1.25rem;
  color: var(--muted);
  text-align: center;
}
.light {
  position: absolute;
  inset: 0;
  background: #ffffff;
  opacity: 0;
  pointer-events: none;
  animation: light 0.25s ease-out;
}
@keyframes light {
  from {
    opacity: 0.7;
  }
}
.badge {
  position: absolute;
  top: 0.6rem;
  left: 0.6rem;
  display: inline-flex;
  align-items: center;
  gap: 0.35rem;
  padding: 0.05rem 0.55rem;
  border-radius: 1rem;
  background: rgba(0, 0, 0, 0.65);
  color: #ffffff;
  font-weight: 600;
}
.badge::before {
  content: "";
  width: 0.6rem;
  height: 0.6rem;
  border-radius: 50%;
  background: #ff4b4b;
}
.tools {
  display: flex;
  gap: 0.5rem;
}
.tools .button {
  flex: 1 1 auto;
  white-space: nowrap;
}
.button.record {
  touch-action: none;
  user-select: none;
  -webkit-user-select: none;
  -webkit-touch-callout: none;
}
.button.record.on {
  border-color: var(--bad);
  background: var(--bad-soft);
  color: var(--bad);
}
.devices {
  min-height: 2.2rem;
  padding: 0.2rem 0.5rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
.camera .recent {
  grid-template-columns: repeat(auto-fill, minmax(80px, 1fr));
}
.shot {
  display: block;
  width: 100%;
  aspect-ratio: 1;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
  object-fit: cover;
}
.recent li.waiting .shot {
  opacity: 0.55;
}
@container (min-width: 600px) {
  .camera {
    grid-template-columns: minmax(0, 360px) minmax(0, 1fr);
    gap: 1.5rem;
  }
  .camera-main {
    justify-items: stretch;
  }
}
`;var ae=100,le=1e3,de="The browser asks whether it may. Pictures go to this studio and nowhere else.",R=class{args;album;recording;recorded=0;starting=!1;paused=!1;reported="";reportTimer;urls=new Map;items=new Map;lens=new x(e=>this.failed(e));view=o("div",{class:"view",tabindex:0,role:"group","aria-label":"Camera"});cover=o("div",{class:"cover"});startButton=p("Start the camera",()=>{this.start()},{class:"button primary"});badge=o("span",{class:"badge numbers",hidden:!0});takeButton=p("Take a picture",()=>{this.take()},{class:"button primary","aria-keyshortcuts":"Space",title:"Space"});recordButton=p("Hold to record",()=>{},{class:"button record",title:"Takes about ten pictures a second while it is held"});devices=o("select",{class:"devices","aria-label":"Camera",hidden:!0});lensPlace=o("div");savePlace=o("div");countLine=o("p",{class:"count","aria-live":"polite"});status=o("span",{class:"status",role:"status"});others=o("p",{class:"muted small numbers"});recent=o("ul",{class:"recent","aria-label":"Latest pictures"});onVisibility=()=>this.visibility();onBlur=()=>this.stopRecording();onUnload=e=>{this.album.waiting>0&&e.preventDefault()};constructor(e,t){this.args=t,this.album=this.openAlbum(t.data.upload),this.view.append(this.lens.video,this.cover,this.badge),this.takeButton.append(o("kbd",{class:"key on-accent","aria-hidden":!0},"Space")),this.devices.addEventListener("change",()=>{this.start(this.devices.value)}),e.append(o("div",{class:"camera"},o("div",{class:"camera-main"},this.view,o("div",{class:"tools"},this.takeButton,this.recordButton),this.devices,this.lensPlace),o("section",{class:"side","aria-label":"Pictures"},o("div",{class:"count-row"},this.countLine,this.status),this.others,this.savePlace,this.recent))),this.listenForHolding(),e.addEventListener("keydown",i=>this.key(i)),document.addEventListener("visibilitychange",this.onVisibility),addEventListener("blur",this.onBlur),addEventListener("beforeunload",this.onUnload),this.refresh(),H().then(i=>{i&&e.isConnected&&this.start()})}update(e){let{class_name:t,upload:i}=e.data;t!==this.args.data.class_name&&this.stopRecording();let n=i!==null&&i!==this.args.data.upload&&i!==this.album.upload;this.args=e,n&&(this.album.onChange=()=>{},this.album=this.openAlbum(i),this.reported=""),this.refresh()}dispose(){this.stopRecording(),this.lens.stop(),clearTimeout(this.reportTimer),this.album.onChange=()=>{};for(let e of this.urls.values())URL.revokeObjectURL(e);document.removeEventListener("visibilitychange",this.onVisibility),removeEventListener("blur",this.onBlur),removeEventListener("beforeunload",this.onUnload)}openAlbum(e){let t=w.open(e);return t.onChange=()=>this.refresh(),t}async start(e){this.starting=!0,this.paused=!1,b(this.lensPlace,null),this.refresh();try{if(!await this.lens.start(e))return;this.starting=!1,this.refresh(),this.view.focus({preventScroll:!0}),await this.offerDevices()}catch(t){this.failed(u(t))}}async offerDevices(){let e=await this.lens.devices();this.devices.hidden=e.length<2,this.devices.replaceChildren(...e.map(({deviceId:t,label:i},n)=>o("option",{value:t},i||`Camera ${n+1}`))),this.devices.value=this.lens.device??""}failed(e){this.starting=!1,this.stopRecording(),b(this.lensPlace,e,{label:"Try again",run:()=>{this.start()}}),this.refresh()}visibility(){document.hidden&&(this.lens.live||this.starting)?(this.stopRecording(),this.lens.stop(),this.starting=!1,this.paused=!0,this.refresh()):!document.hidden&&this.paused&&this.start(this.devices.value||void 0)}async take(){let{class_name:e,size:t}=this.args.data;if(!this.ready||e===null)return;let i=await this.lens.shoot(t);i&&(this.album.add(e,i),this.recording===void 0&&this.flash())}get ready(){return this.lens.live&&this.args.data.class_name!==null}flash(){let e=o("div",{class:"light"});e.addEventListener("animationend",()=>e.remove()),this.view.querySelector(".light")?.remove(),this.view.append(e)}listenForHolding(){let e=this.recordButton;e.addEventListener("pointerdown",t=>{t.button===0&&(e.setPointerCapture(t.pointerId),this.startRecording())}),e.addEventListener("contextmenu",t=>t.preventDefault());for(let t of["pointerup","pointercancel","lostpointercapture","blur"])e.addEventListener(t,()=>this.stopRecording());e.addEventListener("keydown",t=>{t.code!=="Space"&&t.code!=="Enter"||(t.preventDefault(),t.repeat||this.startRecording())}),e.addEventListener("keyup",()=>this.stopRecording())}startRecording(){if(!this.ready||this.recording!==void 0)return;this.recorded=0;let e=()=>{this.album.waiting>=B||(this.recorded+=1,this.take())};this.recording=setInterval(e,ae),e(),this.refresh()}stopRecording(){this.recording!==void 0&&(clearInterval(this.recording),this.recording=void 0,this.refresh())}key(e){e.stopPropagation();let t=e.composedPath()[0],i=t instanceof HTMLButtonElement||t instanceof HTMLSelectElement;e.code!=="Space"||i||e.ctrlKey||e.metaKey||e.altKey||(e.preventDefault(),e.repeat||this.take())}refresh(){let{class_name:e}=this.args.data,{state:t,error:i,waiting:n}=this.album,s=this.recording!==void 0;this.takeButton.disabled=!this.ready||s,this.recordButton.disabled=!this.ready,this.recordButton.classList.toggle("on",s),m(this.recordButton,s?"Recording…":"Hold to record"),this.badge.hidden=!s,m(this.badge,f(this.recorded)),this.view.classList.toggle("live",this.lens.live),this.view.classList.toggle("mirrored",this.lens.mirrored),this.refreshCover(),m(this.countLine,e===null?"Choose a class to take pictures of.":`${e}: ${k(this.album.count(e),"picture")}`);let a=Object.entries(this.album.counts).filter(([d])=>d!==e);m(this.others,a.map(([d,c])=>`${d} ${f(c)}`).join(" · ")),this.others.hidden=a.length===0,this.status.dataset.state=t,this.status.hidden=t==="idle",m(this.status,j(t,n)),b(this.savePlace,t==="refused"?i:null,{label:"Try again",run:()=>this.album.retry()},{label:`Discard ${k(n,"picture")}`,run:()=>this.album.discard()}),this.showRecent(),this.planReport()}refreshCover(){if(this.cover.hidden=this.lens.live,this.lens.live)return;let e=this.lensPlace.childElementCount>0,t=de;this.starting?t="Starting the camera…":this.paused?t="Paused while this page is hidden.":e&&(t="No picture."),this.startButton.hidden=this.starting||this.paused||e,this.cover.replaceChildren(this.startButton,o("p",{class:"small"},t))}showRecent(){let e=new Set(this.album.recent);for(let[t,i]of this.items)e.has(t)||(i.remove(),this.items.delete(t),URL.revokeObjectURL(this.urls.get(t)??""),this.urls.delete(t));this.album.recent.forEach((t,i)=>{let n=this.items.get(t)??this.thumbnail(t);this.recent.children[i]!==n&&this.recent.insertBefore(n,this.recent.children[i]??null),n.classList.toggle("waiting",!t.saved)})}thumbnail(e){let t=URL.createObjectURL(e.picture),i=`picture of ${e.class_name}`,n=p("×",()=>this.album.remove(e),{class:"button remove","aria-label":`Remove this ${i}`,title:"Remove"}),s=o("li",{},o("img",{class:"shot",src:t,alt:i}),o("span",{class:"caption",title:e.class_name},e.class_name),n);return this.urls.set(e,t),this.items.set(e,s),s}planReport(){clearTimeout(this.reportTimer);let{upload:e,counts:t,total:i,state:n}=this.album;if(e===null||n!=="saved"||this.recording!==void 0)return;let s={upload:e,counts:t,total:i},a=JSON.stringify(s);a!==this.reported&&(this.reportTimer=setTimeout(()=>{this.reported=a,this.args.setStateValue("shots",s)},le))}},Ue=D(S+U,(r,e)=>new R(r,e));export{Ue as default};

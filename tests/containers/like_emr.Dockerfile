# What EMR Serverless's base image brings, as far as its documentation tells ("Customizing an EMR
# Serverless image"): Spark in /usr/lib/spark, Java, and the user hadoop. Python has no pyspark.
ARG ETL_IMAGE
FROM ${ETL_IMAGE}
USER root
RUN cp -r "$(python -c 'import pyspark; print(pyspark.__path__[0])')" /usr/lib/spark && mkdir /usr/lib/jvm \
    && cp -r /opt/java/. /usr/lib/jvm/java && rm -r /opt/venv /opt/java /opt/millrace && useradd --create-home hadoop
ENV SPARK_HOME=/usr/lib/spark JAVA_HOME=/usr/lib/jvm/java PYSPARK_PYTHON= \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENTRYPOINT []
CMD []
USER hadoop
